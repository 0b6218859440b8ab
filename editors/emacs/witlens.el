;;; witlens.el --- WIT files with the Witlens language server -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: Apache-2.0
;; Package-Requires: ((emacs "28.1"))

;;; Commentary:

;; A plain mode for WebAssembly Interface Types, and the line that tells Eglot which server it has.

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
(add-to-list 'auto-mode-alist '("\\.wit\\'" . wit-mode))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(wit-mode . ("witlens" "lsp"))))

(provide 'witlens)

;;; witlens.el ends here
