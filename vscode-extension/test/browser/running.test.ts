// From WIT to answers in real VS Code: build by a lens, run calls, be stopped by a trap, stop what does not end.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();

const WIT = `package demo:trial;

interface ops {
  /// Answers twice what it is given.
  double: func(n: u32) -> u32;
  /// Reads where there is no memory.
  beyond: func() -> u32;
  /// Never comes back.
  spin: func();
}

world trial {
  export ops;
}
`;

const WAT = `(module
  (memory (export "memory") 1)
  (func (export "demo:trial/ops#double") (param $n i32) (result i32)
    (i32.mul (local.get $n) (i32.const 2)))
  (func (export "demo:trial/ops#beyond") (result i32)
    (i32.load (i32.const -4)))
  (func (export "demo:trial/ops#spin")
    (loop $again (br $again))))
`;

const CALLS = `world demo:trial/trial

ops.double(21) == 42
ops.double(4) == 9

test "a trap" {
  ops.beyond()
}

test "without an end" {
  ops.spin()
}
`;

void suite("building and running", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window;
  const folder = workspace({
    "wit/trial.wit": WIT,
    "wat/trial.wat": WAT,
    "witlens.toml": '[component.trial]\nsources = ["wat/trial.wat"]\n',
    "calls.wave": CALLS,
  });
  /** The lenses "Run" of the call file, in the order of its calls. */
  const CALL = { double: 0, wrong: 1, beyond: 2, spin: 3 } as const;

  before(async () => {
    code = await startCode();
    window = await code.open(folder);
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
  });

  function line(text: string) {
    return window.page.locator(".editor-instance .view-line").filter({ hasText: text });
  }

  void test("a lens builds the component", async () => {
    await window.openFile("wit/trial.wit");
    await window.press(/^Build$/);
    await window.lens("Rebuild (up to date)").waitFor();
    assert(existsSync(join(folder, "build/trial.wasm")));
    await window.notification("built trial.wasm").waitFor();
    await window.lens(/^Invoke$/).first().waitFor();
    await window.picture("built");
  });

  void test("Run answers at the line of its call", async () => {
    await window.openFile("calls.wave");
    await window.press(/^Run$/, CALL.double);
    await line("ops.double(21) == 42").filter({ hasText: "✓" }).waitFor();
    await window.press(/^Run$/, CALL.wrong);
    await line("ops.double(4) == 9").filter({ hasText: "8" }).waitFor();
    await window.picture("answers");
  });

  void test("a trap is explained where it was called", async () => {
    await window.press(/^Run$/, CALL.beyond);
    await line("ops.beyond()").filter({ hasText: /memory\s+outside/ }).waitFor();
    await window.goToText("calls.wave", "ops.beyond");
    await window.hover(/outside\s+of\s+its\s+bounds/);
    await window.picture("trap");
  });

  void test("a call that does not end is cancelled", async () => {
    await window.key("Escape");
    await window.press(/^Run$/, CALL.spin);
    const progress = window.notification(/Witlens/);
    await progress.waitFor();
    await window.picture("spinning");
    await progress.getByRole("button", { name: "Cancel" }).click();
    await progress.waitFor({ state: "hidden" });
    // The server goes on, and so does the next call.
    await window.press(/^Run$/, CALL.double);
    await line("ops.double(21) == 42").filter({ hasText: "✓" }).waitFor();
    await window.picture("cancelled");
  });
});
