// What people do with components beside calling them: build by a task, compose, see what a failed test expected.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, TOOLS, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();

const WIT = `package demo:sums;

interface ops {
  add: func(a: u32, b: u32) -> u32;
}

world adder {
  export ops;
}

world doubler {
  import ops;
  export double: func(n: u32) -> u32;
}
`;

const ADDER = `(module
  (func (export "demo:sums/ops#add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1))))
`;

const DOUBLER = `(module
  (import "demo:sums/ops" "add" (func $add (param i32 i32) (result i32)))
  (func (export "double") (param i32) (result i32)
    (call $add (local.get 0) (local.get 0))))
`;

const PROJECT = `[component.adder]
world = "adder"
sources = ["adder.wat"]

[component.doubler]
world = "doubler"
sources = ["doubler.wat"]
`;

void suite("building, composing and testing", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window | undefined;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
  });

  function project(files: Record<string, string> = {}): string {
    return workspace({
      "wit/sums.wit": WIT,
      "adder.wat": ADDER,
      "doubler.wat": DOUBLER,
      "witlens.toml": PROJECT,
      ...files,
    });
  }

  async function open(folder: string, file: string): Promise<Window> {
    await window?.close();
    window = await code.open(folder);
    await window.openFile(file);
    await window.ready();
    return window;
  }

  void test("a task builds, and a mistake in a source is among the problems", async () => {
    const vscode = await open(project({ "adder.wat": ADDER.replace("i32.add", "i32.ad") }), "wit/sums.wit");
    await vscode.command("Tasks: Run Build Task");
    await vscode.row("build doubler").waitFor();
    await vscode.picture("tasks");
    await vscode.choose("build adder");
    // The terminal of the task comes to the front when it begins: the mistake is known after that.
    await vscode.page.locator("[id='status.problems']").filter({ hasText: /^\s*1/ }).waitFor();
    await vscode.command("Problems: Focus on Problems View");
    const problems = vscode.page.locator(".markers-panel .monaco-list-row");
    await problems.filter({ hasText: "adder.wat" }).waitFor();
    const mistake = problems.filter({ hasText: "unknown operator" });
    await mistake.filter({ hasText: "[Ln 3" }).waitFor();
    await vscode.picture("problem of a task");
    await mistake.click();
    await vscode.page.locator(".tab.active").filter({ hasText: "adder.wat" }).waitFor();
    // The other one has none.
    await vscode.command("Tasks: Run Build Task");
    await vscode.choose("build doubler");
    await vscode.until(() => (existsSync(join(vscode.folder, "build/doubler.wasm")) ? true : undefined), "nothing was built");
  });

  void test("components are composed into one that answers", async () => {
    const folder = project();
    execFileSync(join(TOOLS, "witlens"), ["build", "."], { cwd: folder, stdio: "pipe" });
    const vscode = await open(folder, "wit/sums.wit");
    await vscode.command("Witlens: Compose Components...");
    await vscode.choose("doubler.wasm");
    await vscode.row("adder.wasm").locator("input[type=checkbox], .monaco-checkbox").first().click();
    await vscode.picture("compose");
    await vscode.key("Enter");
    const made = join(folder, "build/doubler.composed.wasm");
    await vscode.accept(made);
    const page = vscode.webview();
    await page.getByRole("heading", { name: "doubler.composed.wasm" }).waitFor();
    await vscode.picture("composed");
    const answer = execFileSync(join(TOOLS, "witlens"), ["invoke", made, "double(21)"], { encoding: "utf8" });
    assert.match(answer, /\b42\b/);
    // The diagram shows both, and what goes from one to the other.
    await page.getByRole("button", { name: "Show diagram" }).click();
    await vscode.webview().locator("#picture svg .module").nth(1).waitFor();
    await vscode.picture("diagram of a composition");
  });

  void test("a failed test shows what was expected beside what came", async () => {
    const folder = project({ "calls.wave": 'world demo:sums/adder\n\ntest "sums" {\n  ops.add(2, 2) == 5\n}\n' });
    execFileSync(join(TOOLS, "witlens"), ["build", "."], { cwd: folder, stdio: "pipe" });
    const vscode = await open(folder, "calls.wave");
    await vscode.command("Test: Run All Tests");
    await vscode.page.locator(".view-line").filter({ hasText: "ops.add(2, 2) == 5" }).filter({ hasText: "4" }).first().waitFor();
    const results = vscode.page.locator(".test-output-peek-tree .monaco-list-row");
    await results.filter({ hasText: "expected 5, got 4" }).click();
    const difference = vscode.page.locator(".test-output-peek-message-container .monaco-diff-editor");
    await difference.locator(".original .view-line").filter({ hasText: /^5$/ }).waitFor();
    await difference.locator(".modified .view-line").filter({ hasText: /^4$/ }).waitFor();
    await vscode.picture("difference");
  });

  void test("a test of the Testing view can be stopped, and what comes next runs", async () => {
    const folder = project({
      "wit/sums.wit": "package demo:sums;\n\nworld adder {\n  export spin: func();\n  export one: func() -> u32;\n}\n",
      "witlens.toml": '[component.adder]\nworld = "adder"\nsources = ["adder.wat"]\n',
      "adder.wat":
        '(module (func (export "spin") (loop $again (br $again))) (func (export "one") (result i32) (i32.const 1)))\n',
      "calls.wave": 'world demo:sums/adder\n\ntest "endless" {\n  spin()\n}\n\ntest "short" {\n  one() == 1\n}\n',
    });
    execFileSync(join(TOOLS, "witlens"), ["build", "."], { cwd: folder, stdio: "pipe" });
    const vscode = await open(folder, "calls.wave");
    await vscode.command("Testing: Focus on Test Explorer View");
    const rows = vscode.page.locator(".test-explorer .monaco-list-row");
    await rows.filter({ hasText: "calls.wave" }).waitFor();
    await vscode.command("Test: Run All Tests");
    const atWork = vscode.page.locator(".statusbar-item:has(.codicon-sync)").filter({ hasText: "Witlens" });
    await atWork.waitFor();
    await vscode.picture("test without an end");
    await vscode.page.getByRole("button", { name: /^Cancel Test Run/ }).first().click();
    await atWork.waitFor({ state: "detached" });
    await vscode.goToText("calls.wave", "  one");
    await vscode.command("Test: Run Test at Cursor");
    await vscode.page.locator(".view-line").filter({ hasText: "one() == 1" }).filter({ hasText: "✓" }).first().waitFor();
    await vscode.picture("test was stopped");
  });
});
