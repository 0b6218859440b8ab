;;; edit.el --- Drives Emacs with Eglot as a user does -*- lexical-binding: t; -*-

;; Run as: emacs --batch -Q -l edit.el CONFIGURATION FILE OUTPUT
;; Writes what the user saw as JSON.

(require 'json)
(unless (require 'eglot nil t)
  (let ((default-directory "/usr/share/emacs/site-lisp/elpa/"))
    (when (file-directory-p default-directory)
      (normal-top-level-add-subdirs-to-load-path)))
  (require 'eglot))

(defun wait-for (what condition)
  "Wait until CONDITION gives non-nil, and return that; WHAT names it."
  (let ((tries 1500) found)
    (while (and (not (setq found (funcall condition))) (> tries 0))
      (setq tries (1- tries))
      (accept-process-output nil 0.02))
    (or found (error "Waited in vain for %s" what))))

(defun messages ()
  "The diagnostics that Flymake has, as (LINE COLUMN TEXT)."
  (mapcar (lambda (found)
            (save-excursion
              (goto-char (flymake-diagnostic-beg found))
              (list (line-number-at-pos) (current-column) (flymake-diagnostic-text found))))
          (flymake-diagnostics)))

(defun show (seen)
  "Write SEEN to the output."
  (with-temp-file (nth 2 command-line-args-left)
    (insert (json-encode seen))))

(let ((configuration (nth 0 command-line-args-left))
      (file (nth 1 command-line-args-left))
      before after hover definition candidates references renamed fixed)
  (setq eglot-sync-connect 30 eglot-autoshutdown nil flymake-no-changes-timeout 0.1)
  (load configuration)
  (find-file file)
  (eglot-ensure)
  (unless (eglot-current-server)
    (apply #'eglot--connect (eglot--guess-contact)))
  (wait-for "the server" #'eglot-current-server)
  (flymake-mode 1)
  (flymake-start)
  (setq before (wait-for "the first diagnostics" #'messages))
  (goto-char (point-min))
  (search-forward "strin")
  (insert "g")
  (eglot--signal-textDocument/didChange)
  (wait-for "the diagnostics to go" (lambda () (null (messages))))
  (setq after (length (messages)))
  (goto-char (point-min))
  (search-forward "to: po")
  (setq hover (plist-get (jsonrpc-request (eglot-current-server) :textDocument/hover
                                          (eglot--TextDocumentPositionParams))
                         :contents))
  (search-backward "to: po")
  (search-forward "to: po")
  (let ((places (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
    (xref-pop-to-location (car places))
    (setq definition (line-number-at-pos)))

  ;; Completion: the candidates behind a half-typed name, as `completion-at-point' has them.
  (goto-char (point-min))
  (search-forward "u64")
  (delete-char -3)
  (insert "poi")
  (eglot--signal-textDocument/didChange)
  (let ((found (eglot-completion-at-point)))
    (setq candidates (all-completions (buffer-substring (nth 0 found) (nth 1 found)) (nth 2 found))))
  (delete-char -3)
  (insert "point")
  (eglot--signal-textDocument/didChange)

  ;; References: from a use, all uses and the declaration.
  (goto-char (point-min))
  (search-forward "to: po")
  (setq references
        (mapcar (lambda (found) (xref-location-line (xref-item-location found)))
                (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot))))

  ;; Rename, everywhere.
  (eglot-rename "place")
  (wait-for "the new name" (lambda () (save-excursion (goto-char (point-min)) (search-forward "record place" nil t))))
  (eglot--signal-textDocument/didChange)
  (setq renamed (buffer-string))

  ;; The quick fix of a mistake.
  (goto-char (point-min))
  (search-forward "to: place")
  (delete-char -5)
  (insert "plase")
  (eglot--signal-textDocument/didChange)
  (wait-for "the mistake to be marked" #'messages)
  (let* ((actions (append (jsonrpc-request
                           (eglot-current-server) :textDocument/codeAction
                           (list :textDocument (eglot--TextDocumentIdentifier)
                                 :range (list :start (eglot--pos-to-lsp-position (- (point) 5))
                                              :end (eglot--pos-to-lsp-position (point)))
                                 :context (list :diagnostics [])))
                          nil))
         (fix (seq-find (lambda (action) (string-match-p "`place`" (plist-get action :title))) actions)))
    (setq fixed (plist-get fix :title))
    (if (plist-get fix :edit)
        (eglot--apply-workspace-edit (plist-get fix :edit))
      (eglot-execute-command (eglot-current-server) (intern (plist-get (plist-get fix :command) :command))
                             (plist-get (plist-get fix :command) :arguments))))
  (eglot--signal-textDocument/didChange)
  (wait-for "the mistake to go" (lambda () (null (messages))))

  ;; Formatting, with the indentation of the mode.
  (goto-char (point-min))
  (search-forward "move:")
  (beginning-of-line)
  (insert "       ")
  (eglot--signal-textDocument/didChange)
  (eglot-format-buffer)
  (show (list :mode (symbol-name major-mode) :before (vconcat (mapcar #'vconcat before)) :after after
              :hover (plist-get hover :value) :definition definition :candidates (vconcat candidates)
              :references (vconcat references) :renamed renamed :fixed fixed :text (buffer-string)
              :outline (vconcat (mapcar #'car (imenu--make-index-alist)))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server)))

(kill-emacs 0)

;;; edit.el ends here
