"""Guests written as text: core modules with the WIT that they implement, made into components by wasm-tools."""

from __future__ import annotations

from pathlib import Path

from witlens_runtime.assets import COMMAND_ADAPTER, REACTOR_ADAPTER, asset
from witlens_runtime.wasm_tools import WasmTools

PREVIEW1 = "wasi_snapshot_preview1"

HEAP = """
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 65536))
  (func $realloc (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1))) (i32.sub (i32.const 0) (local.get $align))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $fits
      (loop $grow
        (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
        (br $grow)))
    (if (local.get $had) (then (memory.copy (local.get $at) (local.get $old) (local.get $had))))
    (local.get $at))
"""
"""A memory with an allocator that never frees; what is below 65536 is the module's own."""

WIT = """package t:guest@1.2.3;

interface things {
  resource counter {
    constructor(start: u32);
    add: func(n: u32) -> u32;
    merge: static func(a: counter, b: borrow<counter>) -> counter;
  }
  many: func(n: u32) -> list<counter>;
  live: func() -> u32;
}

interface hello {
  record person { name: string, age: option<u8> }
  variant shape { circle(f64), square(f64), none }
  flags access { read, write }
  echo-people: func(people: list<person>) -> list<person>;
  echo-shapes: func(shapes: list<shape>) -> list<shape>;
  echo-access: func(all: list<access>) -> list<access>;
  echo-chars: func(text: list<char>) -> list<char>;
  echo: func(data: list<u8>) -> list<u8>;
  echo-text: func(text: string) -> string;
  wide: func(a: u8, b: u16, c: u32, d: u64, e: s8, f: s16, g: s32, h: s64, i: f32, j: f64, k: char, l: bool, m: u8, n: u8, o: u8, p: u8, q: string) -> u64;
  mirror: func(a: u8, b: s8, c: f32, d: f64, e: u64, f: string) -> tuple<u8, s8, f32, f64, u64, string>;
  half: func(n: s32) -> result<s32, string>;
  same: func(x: result<u32, bool>) -> result<u32, bool>;
  float: func(x: f32) -> f32;
  add: func(a: u32, b: u32) -> u32;
}

interface trouble {
  fail: func();
  divide: func(a: s32, b: s32) -> s32;
  peek: func(address: u32) -> u32;
  spin: func();
  recurse: func(n: u32) -> u32;
  swallow: func();
  shout: func(bytes: u64);
  say: func(text: string);
  complain: func(text: string);
  leave: func(code: u32);
  sleep: func(ms: u64);
  read-stdin: func() -> string;
  bad-string: func() -> string;
  bad-char: func() -> char;
  bad-pointer: func() -> list<u32>;
  bad-case: func() -> option<u32>;
  huge: func() -> list<u8>;
  count: func() -> u32;
  grow-to: func(pages: u32) -> u32;
}

world guest {
  export hello;
  export things;
  export trouble;
  export add: func(a: u32, b: u32) -> u32;
}
"""

_H, _T, _X = "t:guest/hello@1.2.3", "t:guest/things@1.2.3", "t:guest/trouble@1.2.3"

MODULE = f"""(module
  (import "{PREVIEW1}" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "{PREVIEW1}" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "{PREVIEW1}" "proc_exit" (func $proc_exit (param i32)))
  (import "{PREVIEW1}" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "[export]{_T}" "[resource-new]counter" (func $new (param i32) (result i32)))
  (import "[export]{_T}" "[resource-rep]counter" (func $rep (param i32) (result i32)))
  (import "[export]{_T}" "[resource-drop]counter" (func $drop (param i32)))
{HEAP}
  (global $live (mut i32) (i32.const 0))
  (global $calls (mut i32) (i32.const 0))
  (data (i32.const 1024) "odd\\ff\\fe")
  (func $pair (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "{_H}#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "{_H}#echo") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "cabi_post_{_H}#echo") (param i32) (global.set $top (i32.const 65536)))
  (func (export "{_H}#echo-text") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "cabi_post_{_H}#echo-text") (param i32) (global.set $top (i32.const 65536)))
  (func (export "{_H}#echo-people") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "cabi_post_{_H}#echo-people") (param i32) (global.set $top (i32.const 65536)))
  (func (export "{_H}#echo-shapes") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "{_H}#echo-access") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "{_H}#echo-chars") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
  (func (export "{_H}#float") (param f32) (result f32) (local.get 0))
  (func (export "{_H}#wide") (param $at i32) (result i64)
    ;; the u64 and the s64 come after one another, the string last
    (i64.add (i64.load offset=8 (local.get $at))
      (i64.extend_i32_u (i32.load offset=64 (local.get $at)))))
  (func (export "{_H}#mirror") (param i32 i32 f32 f64 i64 i32 i32) (result i32)
    (i32.store8 (i32.const 32) (local.get 0)) (i32.store8 (i32.const 33) (local.get 1))
    (f32.store (i32.const 36) (local.get 2)) (f64.store (i32.const 40) (local.get 3))
    (i64.store (i32.const 48) (local.get 4)) (i32.store (i32.const 56) (local.get 5)) (i32.store (i32.const 60) (local.get 6))
    (i32.const 32))
  (func (export "{_H}#half") (param i32) (result i32)
    (i32.store (i32.const 16) (i32.and (local.get 0) (i32.const 1)))
    (if (i32.and (local.get 0) (i32.const 1))
      (then (i32.store (i32.const 20) (i32.const 1024)) (i32.store (i32.const 24) (i32.const 3)))
      (else (i32.store (i32.const 20) (i32.div_s (local.get 0) (i32.const 2)))))
    (i32.const 16))
  (func (export "{_H}#same") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))

  ;; a counter is the address of its number
  (func $make (param i32) (result i32) (local $at i32)
    (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 4)))
    (i32.store (local.get $at) (local.get 0))
    (global.set $live (i32.add (global.get $live) (i32.const 1)))
    (call $new (local.get $at)))
  (func (export "{_T}#[constructor]counter") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "{_T}#[method]counter.add") (param i32 i32) (result i32)
    (i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1)))
    (i32.load (local.get 0)))
  (func (export "{_T}#[static]counter.merge") (param $a i32) (param $b i32) (result i32) (local $sum i32)
    (local.set $sum (i32.add (i32.load (call $rep (local.get $a))) (i32.load (local.get $b))))
    (call $drop (local.get $a))
    (call $make (local.get $sum)))
  (func (export "{_T}#[dtor]counter") (param i32)
    (global.set $live (i32.sub (global.get $live) (i32.const 1))))
  (func (export "{_T}#live") (result i32) (global.get $live))
  (func (export "{_T}#many") (param $n i32) (result i32) (local $at i32) (local $i i32)
    (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.mul (local.get $n) (i32.const 4))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))
      (i32.store (i32.add (local.get $at) (i32.mul (local.get $i) (i32.const 4))) (call $make (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (call $pair (local.get $at) (local.get $n)))

  (func (export "{_X}#fail") unreachable)
  (func (export "{_X}#divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "{_X}#peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "{_X}#spin") (loop $again (br $again)))
  (func $recurse (export "{_X}#recurse") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $recurse (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func (export "{_X}#swallow")
    (loop $again
      (if (i32.eq (memory.grow (i32.const 256)) (i32.const -1)) (then unreachable))
      (br $again)))
  (func (export "{_X}#grow-to") (param i32) (result i32)
    (drop (memory.grow (i32.sub (local.get 0) (memory.size)))) (memory.size))
  (func $write (param $fd i32) (param $at i32) (param $length i32)
    (i32.store (i32.const 64) (local.get $at)) (i32.store (i32.const 68) (local.get $length))
    (drop (call $fd_write (local.get $fd) (i32.const 64) (i32.const 1) (i32.const 72))))
  (func (export "{_X}#shout") (param $bytes i64)
    (block $done (loop $again
      (br_if $done (i64.le_s (local.get $bytes) (i64.const 0)))
      (call $write (i32.const 1) (i32.const 4096) (i32.const 4096))
      (local.set $bytes (i64.sub (local.get $bytes) (i64.const 4096)))
      (br $again))))
  (func (export "{_X}#say") (param i32 i32) (call $write (i32.const 1) (local.get 0) (local.get 1)))
  (func (export "{_X}#complain") (param i32 i32) (call $write (i32.const 2) (local.get 0) (local.get 1)) unreachable)
  (func (export "{_X}#leave") (param i32) (call $proc_exit (local.get 0)))
  (func (export "{_X}#sleep") (param $ms i64)
    ;; subscription: userdata, tag 0 (clock), clock id 1 (monotonic), timeout, precision, flags
    (i64.store (i32.const 128) (i64.const 0)) (i64.store (i32.const 136) (i64.const 0))
    (i32.store (i32.const 144) (i32.const 1))
    (i64.store (i32.const 152) (i64.mul (local.get $ms) (i64.const 1000000)))
    (i64.store (i32.const 160) (i64.const 0)) (i64.store (i32.const 168) (i64.const 0))
    (drop (call $poll_oneoff (i32.const 128) (i32.const 192) (i32.const 1) (i32.const 240))))
  (func (export "{_X}#read-stdin") (result i32)
    (i32.store (i32.const 64) (i32.const 4096)) (i32.store (i32.const 68) (i32.const 4096))
    (drop (call $fd_read (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 72)))
    (call $pair (i32.const 4096) (i32.load (i32.const 72))))
  (func (export "{_X}#bad-string") (result i32) (call $pair (i32.const 1024) (i32.const 5)))
  (func (export "{_X}#bad-char") (result i32) (i32.const 0xd800))
  (func (export "{_X}#bad-pointer") (result i32) (call $pair (i32.const 1025) (i32.const 1)))
  (func (export "{_X}#bad-case") (result i32) (i32.store (i32.const 16) (i32.const 7)) (i32.const 16))
  (func (export "{_X}#huge") (result i32) (call $pair (i32.const 0) (i32.const 65536)))
  (func (export "{_X}#count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))
)"""


def component(tools: WasmTools, module: str, wit: str, world: str | None = None, *, command: bool = False) -> bytes:
    """The component of a core module that implements a world of `wit`."""
    adapter = asset(COMMAND_ADAPTER if command else REACTOR_ADAPTER).read_bytes()
    embedded = tools.component_embed(tools.parse(module), wit, world=world)
    return tools.component_new(embedded, [(PREVIEW1, adapter)] if PREVIEW1 in module else [])


def guest(tools: WasmTools, folder: Path) -> Path:
    """The guest above, in a file."""
    path = folder / "guest.wasm"
    path.write_bytes(component(tools, MODULE, WIT))
    return path


PROGRAM = f"""(module
  (import "{PREVIEW1}" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "{PREVIEW1}" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "{PREVIEW1}" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "{PREVIEW1}" "args_get" (func $args (param i32 i32) (result i32)))
  (import "{PREVIEW1}" "environ_sizes_get" (func $environ_sizes (param i32 i32) (result i32)))
  (import "{PREVIEW1}" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "{PREVIEW1}" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "{PREVIEW1}" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 1024) "note.txt")
  (data (i32.const 1040) "no file\\n")
  (func $write (param $fd i32) (param $at i32) (param $length i32)
    (i32.store (i32.const 64) (local.get $at)) (i32.store (i32.const 68) (local.get $length))
    (drop (call $fd_write (local.get $fd) (i32.const 64) (i32.const 1) (i32.const 72))))
  (func $copy (param $from i32)
    (i32.store (i32.const 64) (i32.const 4096)) (i32.store (i32.const 68) (i32.const 4096))
    (drop (call $fd_read (local.get $from) (i32.const 64) (i32.const 1) (i32.const 72)))
    (call $write (i32.const 1) (i32.const 4096) (i32.load (i32.const 72))))
  (func (export "_start")
    (drop (call $args_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 2048) (i32.const 4096)))
    (call $write (i32.const 1) (i32.const 4096) (i32.load (i32.const 4)))
    (drop (call $environ_sizes (i32.const 0) (i32.const 4)))
    (drop (call $environ (i32.const 2048) (i32.const 4096)))
    (call $write (i32.const 1) (i32.const 4096) (i32.load (i32.const 4)))
    (call $copy (i32.const 0))
    ;; the first directory that is granted is descriptor 3
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 8) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 80))
      (then (call $write (i32.const 2) (i32.const 1040) (i32.const 8)) (call $exit (i32.const 7))))
    (call $copy (i32.load (i32.const 80)))
    (call $exit (i32.const 3))))"""
"""Writes its arguments, its environment, its standard input and the file `note.txt`; ends with 3, or 7 without the file."""


def program(tools: WasmTools, folder: Path) -> Path:
    """The program above, in a file."""
    path = folder / "program.wasm"
    adapter = asset(COMMAND_ADAPTER).read_bytes()
    path.write_bytes(tools.component_new(tools.parse(PROGRAM), [(PREVIEW1, adapter)]))
    return path
