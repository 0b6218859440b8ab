;;; witlens.el --- WIT files with the Witlens language server -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0
;; Package-Requires: ((emacs "28.1"))

;;; Commentary:

;; Plain modes for WebAssembly Interface Types and for call files, and what tells Eglot which server they have.

;;; Code:

(defvar wit-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?% "_" table)
    table)
  "Syntax of WIT: `//' and `/* */' comments, and hyphens in names.")

(defconst wit-mode-keywords
  (regexp-opt '("package" "world" "interface" "import" "export" "include" "with" "use" "as" "type" "func" "async"
                "record" "variant" "enum" "flags" "resource" "constructor" "static" "from")
              'symbols)
  "Keywords of WIT.")

;;;###autoload
(define-derived-mode wit-mode prog-mode "WIT"
  "Major mode for WebAssembly Interface Types."
  (setq-local comment-start "// "
              comment-start-skip "//+\\s-*"
              indent-tabs-mode nil
              tab-width 2
              font-lock-defaults `((,wit-mode-keywords))))

;;;###autoload
(define-derived-mode wave-mode prog-mode "Calls"
  "Major mode for call files of Witlens."
  :syntax-table wit-mode-syntax-table
  (setq-local comment-start "// "
              comment-start-skip "//+\\s-*"
              indent-tabs-mode nil
              tab-width 2
              font-lock-defaults `((,(regexp-opt '("world" "component" "test" "let" "drop" "traps" "grant" "stub" "link" "limit")
                                                 'symbols)))))

;;;###autoload
(progn
  (add-to-list 'auto-mode-alist '("\\.wit\\'" . wit-mode))
  (add-to-list 'auto-mode-alist '("\\.wave\\'" . wave-mode)))

;; Eglot shows no lenses: what they do is among the code actions.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((wit-mode wave-mode) . ("witlens" "lsp" :initializationOptions (:lensActions t)))))

(provide 'witlens)

;;; witlens.el ends here
