"""A small real component that call files are run on: plain functions, a resource with state, traps, an import."""

from __future__ import annotations

from pathlib import Path

from witlens_runtime.wasm_tools import WasmTools

WIT = """\
package demo:box@0.1.0;

interface boxes {
  resource box {
    constructor(value: u32);
    get: func() -> u32;
    put: func(value: u32);
    open: static func(value: u32) -> result<box, u32>;
  }
  take: func(box: box) -> u32;
}

interface ops {
  record pair { left: u32, right: option<u32> }
  add: func(a: u32, b: u32) -> u32;
  divide: func(a: u32, b: u32) -> u32;
  twins: func(value: u32) -> pair;
  counted: func() -> u32;
  spin: func();
}

interface clock { now: func() -> u64; tick: func(); }

world box {
  export boxes;
  export ops;
}

world clocked {
  import clock;
  export time: func() -> u64;
  export rest: func();
}
"""

WAT = """\
(module
  (import "[export]demo:box/boxes@0.1.0" "[resource-new]box" (func $new (param i32) (result i32)))
  (import "[export]demo:box/boxes@0.1.0" "[resource-rep]box" (func $rep (param i32) (result i32)))
  (import "[export]demo:box/boxes@0.1.0" "[resource-drop]box" (func $drop (param i32)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 16))
  (global $count (mut i32) (i32.const 0))
  (func $make (param $value i32) (result i32)
    (global.set $next (i32.add (global.get $next) (i32.const 8)))
    (i32.store (global.get $next) (local.get $value))
    (call $new (global.get $next)))
  (func (export "demo:box/boxes@0.1.0#[constructor]box") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "demo:box/boxes@0.1.0#[method]box.get") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "demo:box/boxes@0.1.0#[method]box.put") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "demo:box/boxes@0.1.0#[static]box.open") (param i32) (result i32)
    (if (local.get 0)
      (then (i32.store (i32.const 0) (i32.const 0)) (i32.store (i32.const 4) (call $make (local.get 0))))
      (else (i32.store (i32.const 0) (i32.const 1)) (i32.store (i32.const 4) (i32.const 7))))
    (i32.const 0))
  (func (export "demo:box/boxes@0.1.0#take") (param i32) (result i32) (local $at i32)
    (local.set $at (call $rep (local.get 0)))
    (call $drop (local.get 0))
    (i32.load (local.get $at)))
  (func (export "demo:box/ops@0.1.0#add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "demo:box/ops@0.1.0#divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "demo:box/ops@0.1.0#twins") (param i32) (result i32)
    (i32.store (i32.const 0) (local.get 0)) (i32.store8 (i32.const 4) (i32.const 1))
    (i32.store (i32.const 8) (local.get 0)) (i32.const 0))
  (func (export "demo:box/ops@0.1.0#counted") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count))
  (func (export "demo:box/ops@0.1.0#spin") (loop (br 0)))
)
"""

CLOCKED = """\
(module
  (import "demo:box/clock@0.1.0" "now" (func $now (result i64)))
  (import "demo:box/clock@0.1.0" "tick" (func $tick))
  (func (export "time") (result i64) (call $now))
  (func (export "rest") (call $tick))
)
"""

TOML = """\
[component.box]
world = "box"
sources = ["box.wat"]

[component.clocked]
world = "clocked"
sources = ["clocked.wat"]
"""


def make_project(folder: Path, *, built: bool = True) -> Path:
    """A project with WIT, settings, and the components if `built`; returns the path of the component `box`."""
    (folder / "wit").mkdir(parents=True)
    (folder / "wit" / "box.wit").write_text(WIT)
    (folder / "witlens.toml").write_text(TOML)
    build = folder / "build"
    for name, wat in (("box", WAT), ("clocked", CLOCKED)):
        (folder / f"{name}.wat").write_text(wat)
        if built:
            tools = WasmTools()
            build.mkdir(exist_ok=True)
            module = tools.component_embed(tools.parse(wat), WIT, world=name)
            (build / f"{name}.wasm").write_bytes(tools.component_new(module))
    return build / "box.wasm"
