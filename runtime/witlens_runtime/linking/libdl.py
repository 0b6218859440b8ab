"""A library with `dlopen`, `dlsym`, `dlclose` and `dlerror` for libraries that are all linked already.

It takes part where a library needs these functions and none has them. A handle is the address of the row of a library
in the lookup (see `layout`), so closing means nothing. Names must be those that the libraries were linked by.
"""

from __future__ import annotations

NAME = "libdl.so"
FUNCTIONS = frozenset(("dlopen", "dlsym", "dlclose", "dlerror"))

_ERRORS = ("library not found", "symbol not found", "the program itself cannot be opened")


def _messages() -> tuple[str, list[int]]:
    """The messages as a string of the text format, and where each begins."""
    places, text = [], ""
    for message in _ERRORS:
        places.append(len(text.replace("\\00", "0")))
        text += f"{message}\\00"
    return text, places


_TEXT, (_NO_LIBRARY, _NO_SYMBOL, _NO_PROGRAM) = _messages()
_SIZE = len(_TEXT.replace("\\00", "0"))

LIBDL = f"""(module
  (@dylink.0 (mem-info (memory {_SIZE} 0)))
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global $base i32))
  (global $root (mut i32) (i32.const 0))
  (global $error (mut i32) (i32.const 0))

  (func (export "__wasm_set_libraries") (param $root i32)
    (global.set $root (local.get $root)))

  (func $fail (param $message i32) (result i32)
    (global.set $error (i32.add (global.get $base) (local.get $message)))
    (i32.const 0))

  ;; Whether the string at $text, which ends in 0, is the $length bytes at $name.
  (func $equal (param $text i32) (param $name i32) (param $length i32) (result i32)
    (loop $next
      (if (i32.eqz (local.get $length))
        (then (return (i32.eqz (i32.load8_u (local.get $text))))))
      (if (i32.ne (i32.load8_u (local.get $text)) (i32.load8_u (local.get $name)))
        (then (return (i32.const 0))))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (local.set $name (i32.add (local.get $name) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br $next))
    unreachable)

  ;; Of $count rows of $size bytes at $row, each beginning with length and address of a name: that of the name, else 0.
  (func $find (param $text i32) (param $count i32) (param $row i32) (param $size i32) (result i32)
    (loop $next
      (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
      (if (call $equal (local.get $text) (i32.load offset=4 (local.get $row)) (i32.load (local.get $row)))
        (then (return (local.get $row))))
      (local.set $row (i32.add (local.get $row) (local.get $size)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next))
    unreachable)

  (func (export "dlopen") (param $name i32) (param $flags i32) (result i32)
    (local $found i32)
    (if (i32.eqz (local.get $name)) (then (return (call $fail (i32.const {_NO_PROGRAM})))))
    (local.set $found (call $find (local.get $name)
      (i32.load (global.get $root)) (i32.load offset=4 (global.get $root)) (i32.const 16)))
    (if (i32.eqz (local.get $found)) (then (return (call $fail (i32.const {_NO_LIBRARY})))))
    (local.get $found))

  (func (export "dlsym") (param $handle i32) (param $name i32) (result i32)
    (local $found i32)
    ;; RTLD_DEFAULT and RTLD_NEXT are 0 and -1
    (if (i32.or (i32.eqz (local.get $handle)) (i32.eq (local.get $handle) (i32.const -1)))
      (then (return (call $fail (i32.const {_NO_PROGRAM})))))
    (local.set $found (call $find (local.get $name)
      (i32.load offset=8 (local.get $handle)) (i32.load offset=12 (local.get $handle)) (i32.const 12)))
    (if (i32.eqz (local.get $found)) (then (return (call $fail (i32.const {_NO_SYMBOL})))))
    (i32.load offset=8 (local.get $found)))

  (func (export "dlclose") (param $handle i32) (result i32)
    (i32.const 0))

  (func (export "dlerror") (result i32)
    (local $error i32)
    (local.set $error (global.get $error))
    (global.set $error (i32.const 0))
    (local.get $error))

  (data (global.get $base) "{_TEXT}")
)
"""
