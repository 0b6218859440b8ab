// The workbench in real VS Code: pictures, layouts, trees, forms and tests, as a person meets them.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();
const WIT = "wit/calc.wit";

/** A calculator of WebAssembly text, which needs no toolchain, with calls of which one is wrong and one never ends. */
function calculator(): string {
  const folder = workspace("polyglot");
  const text = `[component.wat]\nsources = ["wat/calculator.wat"]\n`;
  writeFile(folder, "witlens.toml", text);
  writeFile(
    folder,
    "calls.wave",
    `world demo:calc/calculator

test "sums" {
  operations.apply(40, add, 2) == ok(42)
}

test "wrong" {
  operations.summarize([1, 2, 3]) == {count: 3, sum: 7, mean: _}
}
`,
  );
  return folder;
}

function writeFile(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

void suite("the workbench", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window | undefined;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
  });

  async function open(folder: string, file: string): Promise<Window> {
    await window?.close();
    window = await code.open(folder);
    await window.openFile(file);
    await window.ready();
    return window;
  }

  async function build(vscode: Window): Promise<void> {
    await vscode.command("Witlens: Build the Component...");
    await vscode.until(
      () => (existsSync(join(vscode.folder, "build/wat.wasm")) ? true : undefined),
      "nothing was built",
    );
    await vscode.lens(/^Invoke$/).first().waitFor();
  }

  void test("a diagram leads to the WIT and can be zoomed", async () => {
    const vscode = await open(workspace("accounts"), "wit/accounts.wit");
    await vscode.command("Witlens: Show Diagram");
    const diagram = vscode.webview();
    const link = diagram.getByRole("link", { name: /^account\.transfer of/ });
    await link.waitFor();
    await vscode.picture("diagram");
    const before = await diagram.locator("#picture svg").boundingBox();
    await diagram.getByRole("button", { name: "Larger" }).click();
    await vscode.until(async () => {
      const now = await diagram.locator("#picture svg").boundingBox();
      return (now?.width ?? 0) > (before?.width ?? 0) ? true : undefined;
    }, "it did not grow");
    await diagram.getByRole("button", { name: "Fit" }).click();
    // By keyboard, as by a click.
    await link.focus();
    await vscode.page.keyboard.press("Enter");
    const line = vscode.read("wit/accounts.wit").split("\n").findIndex((text) => /\btransfer:/.test(text)) + 1;
    await vscode.page.locator(".statusbar-item").filter({ hasText: new RegExp(`Ln ${line}, Col`) }).waitFor();
    assert(line > 0);
  });

  void test("the memory layout of a type, and the bytes of a value", async () => {
    const vscode = await open(workspace("polyglot"), WIT);
    await vscode.goToText(WIT, "record summar");
    await vscode.command("Witlens: Show Memory Layout");
    const layout = vscode.webview();
    await layout.getByRole("heading", { name: "summary" }).waitFor();
    await layout.locator("#value").fill("{count: 2, sum: -1, mean: some(0.5)}");
    await layout.locator("#bytes td").filter({ hasText: "ff ff ff ff ff ff ff ff" }).first().waitFor();
    await vscode.picture("memory layout");
    await layout.locator("#value").fill("{count: -2, sum: 0, mean: none}");
    await layout.locator("#value-problem").filter({ hasText: /u32/ }).waitFor();
    await layout.locator("#pointer").selectOption("i64");
    await layout.locator("#facts").filter({ hasText: "32 bytes" }).waitFor();
    // It follows the cursor.
    await vscode.page.locator(".tab").filter({ hasText: "calc.wit" }).first().click();
    await vscode.goToText(WIT, "variant failur");
    await layout.getByRole("heading", { name: "failure" }).waitFor();
  });

  void test("from the lens to the form, its call, and the answer", async () => {
    const vscode = await open(calculator(), WIT);
    await build(vscode);
    await vscode.press(/^Invoke$/);
    const form = vscode.webview();
    await form.getByRole("heading", { name: "operations.apply" }).waitFor();
    const left = form.locator(".field").filter({ hasText: "s32" }).locator("input").first();
    await left.fill("4000000000");
    await form.locator(".mistake").filter({ hasText: /s32/ }).first().waitFor();
    await vscode.picture("form with a mistake");
    await left.fill("40");
    await form.locator("select").first().selectOption({ label: "multiply" });
    await form.locator(".field").filter({ hasText: "s32" }).locator("input").last().fill("3");
    await form.locator("#call").filter({ hasText: "operations.apply(40, multiply, 3)" }).waitFor();
    await form.getByRole("button", { name: "Invoke" }).click();
    await form.locator(".answer").filter({ hasText: "ok(120)" }).waitFor();
    await vscode.picture("form");
    await form.getByRole("button", { name: "Show in the call file" }).click();
    await vscode.page.locator(".view-line").filter({ hasText: "operations.apply(40, multiply, 3)" }).first().waitFor();
  });

  void test("calls in the Testing view, right and wrong ones", async () => {
    const vscode = await open(calculator(), WIT);
    await build(vscode);
    await vscode.openFile("calls.wave");
    await vscode.command("Test: Run All Tests");
    await vscode.command("Testing: Focus on Test Explorer View");
    const rows = vscode.page.locator(".test-explorer .monaco-list-row");
    await rows.filter({ hasText: "calls.wave" }).locator(".monaco-tl-twistie").click();
    await rows.filter({ hasText: "wrong" }).first().waitFor();
    await rows.filter({ hasText: "sums" }).locator(".codicon-testing-passed-icon").waitFor();
    await rows.filter({ hasText: "wrong" }).locator(".codicon-testing-failed-icon").waitFor();
    await vscode.picture("testing");
  });

  void test("the tree of components, and what a .wasm is", async () => {
    const vscode = await open(calculator(), WIT);
    await build(vscode);
    await vscode.command("View: Show WIT Components");
    const tree = vscode.page.locator(".pane-body .monaco-list-row");
    await tree.filter({ hasText: "conforms" }).first().waitFor();
    await vscode.picture("components");
    await tree.filter({ hasText: "wat.wasm" }).first().click();
    const binary = vscode.webview();
    await binary.getByRole("heading", { name: "wat.wasm" }).waitFor();
    await binary.locator("pre").filter({ hasText: "export demo:calc/operations" }).waitFor();
    await vscode.picture("binary");
    await binary.getByRole("button", { name: "Show diagram" }).click();
    await vscode.webview().locator("#picture svg .module").first().waitFor();
    await vscode.picture("diagram of a component");
  });

  void test("a diagram is saved as SVG", async () => {
    const vscode = await open(workspace("polyglot"), WIT);
    await vscode.command("Witlens: Show Diagram");
    await vscode.webview().getByRole("link").first().waitFor();
    await vscode.webview().getByRole("button", { name: /Save as SVG/ }).click();
    const target = join(vscode.folder, "calculator.svg");
    await vscode.quickInput().fill(target);
    await vscode.key("Enter");
    await vscode.until(() => (existsSync(target) ? true : undefined), "nothing was saved");
    assert.match(readFileSync(target, "utf8"), /^<svg [^]*<\/svg>\n$/);
  });
});
