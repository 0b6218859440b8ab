;; The smallest program for WASI preview 1: a core module that writes a line and ends.
;; `witlens adapt examples/programs/wat/hello.wat -o hello.wasm` makes it a component for WASI 0.2.
(module
  ;; fd_write(descriptor, vectors, how many vectors, where to put how many bytes were written) -> error number
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "hello from preview 1\n")

  (func (export "_start")
    ;; One vector, at 0: where the text begins, and how long it is.
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 21))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
      (then (call $proc_exit (i32.const 1))))))
