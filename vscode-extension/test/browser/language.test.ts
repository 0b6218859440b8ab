// The language in real VS Code: what a person who edits WIT sees and gets.
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();

void suite("editing WIT", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window | undefined;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  // What a failed test was looking at stays in the picture of its name.
  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
  });

  async function open(folder: string, file: string, trusted = true): Promise<Window> {
    await window?.close();
    window = await code.open(folder, trusted);
    await window.openFile(file);
    await window.ready();
    return window;
  }

  void test("a mistake has a squiggle, and its hover links to the page of the rule", async () => {
    const vscode = await open(workspace("mistakes"), "wit/mistakes.wit");
    await vscode.page.locator(".squiggly-error").first().waitFor();
    await vscode.goToText("wit/mistakes.wit", "angle = floa");
    const hover = await vscode.hover("f32");
    const link = hover.locator("a").filter({ hasText: "unknown-type" });
    await link.waitFor();
    assert.match((await link.getAttribute("data-href")) ?? (await link.getAttribute("href")) ?? "", /rules\/[\w-]+\.md/);
    await vscode.picture("squiggle");
  });

  void test("a type of another interface is completed with its `use`", async () => {
    const vscode = await open(workspace("calculator"), "wit/calculator.wit");
    await vscode.goToText("wit/calculator.wit", "explain: func(expression: string) -> list<step>;");
    await vscode.key("Enter");
    await vscode.type("describe: func() -> summar");
    await vscode.key("Control+Space");
    const list = vscode.page.locator(".suggest-widget.visible");
    await list.locator(".monaco-list-row").filter({ hasText: "summary" }).first().waitFor();
    await vscode.picture("completion");
    await vscode.key("Enter");
    await vscode.type(";");
    const text = await vscode.save("wit/calculator.wit", (text) => text.includes("describe: func() -> summary;"));
    assert(text.includes("  use types.{failure, operator, step};\n  use statistics.{summary};\n"), text);
  });

  void test("a rename reaches all files", async () => {
    const vscode = await open(workspace("polyglot"), "wit/calc.wit");
    await vscode.goToText("wit/calc.wit", "summarize");
    await vscode.key("F2");
    const box = vscode.page.locator(".rename-box input");
    await box.fill("overview");
    await vscode.picture("rename");
    await vscode.key("Enter");
    await vscode.command("File: Save All Files");
    const calls = await vscode.until(() => {
      const text = vscode.read("calls.wave");
      return text.includes("operations.overview([])") ? text : undefined;
    }, "the call file was not renamed");
    assert(!calls.includes("summarize"));
    assert.match(vscode.read("wit/calc.wit"), /overview: func\(values: list<s32>\) -> summary;/);
  });

  void test("saving formats", async () => {
    const vscode = await open(
      workspace({
        "wit/a.wit": "package   a:b;\n\ninterface i {\n  f:func( a:u32 )->string ;  // kept\n}\n",
        ".vscode/settings.json": '{ "[wit]": { "editor.formatOnSave": true } }',
      }),
      "wit/a.wit",
    );
    const text = await vscode.save("wit/a.wit", (text) => text.startsWith("package a:b;\n"));
    assert.equal(text, "package a:b;\n\ninterface i {\n  f: func(a: u32) -> string; // kept\n}\n");
  });

  void test("the server can be started again", async () => {
    const vscode = await open(workspace("mistakes"), "wit/mistakes.wit");
    await vscode.command("Witlens: Restart the Server");
    await vscode.page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    await vscode.page.locator(".squiggly-error").first().waitFor();
    await vscode.ready();
    await vscode.picture("restarted");
  });

  void test("an untrusted folder gets its language, and runs nothing", async () => {
    const vscode = await open(workspace("types"), "wit/types.wit", false);
    await vscode.goToText("wit/types.wit", "record poi");
    await vscode.hover(/record\s+point/);
    await vscode.picture("untrusted");
    assert.equal(await vscode.lens("Build").count(), 0);
  });
});
