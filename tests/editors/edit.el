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
      before after hover)
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
    (show (list :mode (symbol-name major-mode) :before (vconcat (mapcar #'vconcat before)) :after after
                :hover (plist-get hover :value) :definition (line-number-at-pos))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server)))

(kill-emacs 0)

;;; edit.el ends here
