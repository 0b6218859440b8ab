// The client in real VS Code: how a component begins, and that servers which are of no use are told, with what helps.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, TOOLS, type Window, missing, names, startCode, workspace } from "./editor";

const reason = missing();

void suite("the client", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window | undefined;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  // What a failed test was looking at stays in the picture of its name.
  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
    await window?.close();
  });

  /** A folder whose setting names a program that answers `--version` with `version`, and then ends or does something else. */
  function withServer(version: string, start = "echo broken >&2; exit 1"): string {
    const folder = workspace({ "a.wit": "package demo:a;\n" });
    const program = join(folder, "witlens");
    writeFileSync(program, `#!/bin/sh\ntest "$1" = --version && echo "${version}" && exit 0\n${start}\n`);
    chmodSync(program, 0o755);
    mkdirSync(join(folder, ".vscode"));
    writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify({ "witlens.server.path": program }));
    return folder;
  }

  void test("a server that is too old is told, with what helps", async () => {
    window = await code.open(withServer("witlens 0.0.9"));
    await window.openFile("a.wit");
    const message = window.notification("version 0.0.9 of the server");
    await message.waitFor();
    await message.getByRole("button", { name: "Install" }).waitFor();
    await message.getByRole("button", { name: "Open Settings" }).waitFor();
    await window.picture("server too old");
  });

  void test("a server that ends at once is told, with what helps", async () => {
    window = await code.open(withServer("witlens 9.9.9"));
    await window.openFile("a.wit");
    const message = window.notification("did not start as a server");
    await message.waitFor();
    await message.getByRole("button", { name: "Restart" }).waitFor();
    await message.getByRole("button", { name: "Show Log" }).waitFor();
    assert.equal(await window.notification("couldn't create connection").count(), 0);
    await window.picture("server does not start");
  });

  void test("a server that dies and does not start again is told", async () => {
    const start = `test -e broken && exit 1; echo $$ > process; exec "${join(TOOLS, "witlens")}" lsp`;
    const folder = withServer("witlens 9.9.9", `cd "$(dirname "$0")"; ${start}`);
    window = await code.open(folder);
    await window.openFile("a.wit");
    await window.ready();
    await window.until(() => (names(folder).includes("process") ? true : undefined), "the program was not started");
    await window.ready();
    window.write("broken", "");
    process.kill(Number(window.read("process")));
    const message = window.notification("the server ended unexpectedly");
    await message.waitFor();
    await message.getByRole("button", { name: "Restart" }).waitFor();
    assert.equal(await window.notification("Restarting server failed").count(), 0);
    await window.picture("server does not start again");
  });

  void test("a component is begun from the palette, with nothing open", async () => {
    const vscode = await code.open(workspace({ "notes.txt": "Nothing yet.\n" }));
    window = vscode;
    await vscode.command("Witlens: New Component...");
    await vscode.row("WebAssembly text").waitFor();
    await vscode.picture("new component");
    await vscode.choose("WebAssembly text");
    const question = vscode.page.locator(".quick-input-widget").filter({ hasText: "New Component (2/3)" });
    await question.waitFor();
    await vscode.quickInput().fill("Hello");
    await question.filter({ hasText: "words of lowercase letters" }).waitFor();
    await vscode.quickInput().fill("first-one");
    await vscode.confirm();
    await vscode.choose("first-one");
    await vscode.page.locator(".tab.active").filter({ hasText: "world.wit" }).waitFor();
    assert(names(join(vscode.folder, "first-one")).includes("witlens.toml"));
    await vscode.lens(/^Build/).first().waitFor();
  });

  void test("a call file is begun for a world", async () => {
    const vscode = await code.open(workspace("calculator"));
    window = vscode;
    await vscode.openFile("wit/calculator.wit");
    await vscode.ready();
    await vscode.command("Witlens: New Call File...");
    await vscode.choose(/calculator/);
    const path = join(vscode.folder, "calls.wave");
    await vscode.accept(path);
    await vscode.page.locator(".tab.active").filter({ hasText: "calls.wave" }).waitFor();
    assert.match(vscode.read("calls.wave"), /^world [\w:/@.-]+\n\n$/);
    // The cursor stands where the first call goes, and functions are offered there.
    await vscode.page.locator(".statusbar-item").filter({ hasText: "Ln 3, Col 1" }).waitFor();
    await vscode.type("evalua");
    await vscode.key("Control+Space");
    const list = vscode.page.locator(".suggest-widget.visible .monaco-list-row");
    await list.filter({ hasText: "evaluate" }).first().waitFor();
    await vscode.picture("new call file");
  });

  void test("versions are told, and can be copied", async () => {
    const vscode = await code.open(workspace("calculator"));
    window = vscode;
    await vscode.openFile("wit/calculator.wit");
    await vscode.command("Witlens: Show Versions");
    const message = vscode.notification(/Witlens extension \d+\.\d+\.\d+; server \d+\.\d+\.\d+, .*\(PATH\)/);
    await message.waitFor();
    await vscode.picture("versions");
    await message.getByRole("button", { name: "Copy" }).click();
    await vscode.until(async () => {
      const copied = await vscode.page.evaluate(() => navigator.clipboard.readText());
      return copied.startsWith("Witlens extension ") ? true : undefined;
    }, "the versions are not in the clipboard");
  });

  void test("toolchains, versions and caches are told in a terminal", async () => {
    const vscode = await code.open(workspace("polyglot"));
    window = vscode;
    await vscode.openFile("wit/calc.wit");
    await vscode.ready();
    await vscode.command("Witlens: Show Toolchains, Versions and Caches (doctor)");
    const terminal = vscode.page.locator(".xterm-rows");
    await terminal.filter({ hasText: "part of Witlens" }).waitFor();
    await terminal.filter({ hasText: "Terminal will be reused by tasks" }).waitFor();
    await vscode.picture("doctor");
  });

  void test("the item in the status bar leads to what one can do", async () => {
    const vscode = await code.open(workspace("calculator"));
    window = vscode;
    await vscode.openFile("wit/calculator.wit");
    await vscode.ready();
    await vscode.page.locator(".statusbar-item").filter({ hasText: "Witlens" }).click();
    await vscode.row("Show the log").waitFor();
    await vscode.picture("status menu");
    await vscode.choose("Show the log");
    // Its channel is in front; what is in it is written by a program that this VS Code lacks.
    const channel = vscode.page.locator(".part.panel select").first();
    await vscode.until(
      async () => ((await channel.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text)) === "Witlens" ? true : undefined),
      "the log is not in front",
    );
    await vscode.page.locator(".statusbar-item").filter({ hasText: "Witlens" }).click();
    await vscode.choose("Stop the server");
    await vscode.page.locator(".statusbar-item:has(.codicon-debug-pause)").filter({ hasText: "Witlens" }).waitFor();
    await vscode.command("Witlens: Restart the Server");
    await vscode.ready();
  });
});

void suite("the server of a Python environment", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window;

  before(async () => {
    const extension = { folder: "test/browser/python", name: "ms-python.python-1.0.0" };
    code = await startCode({ extension, path: "/usr/bin:/bin" });
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window.picture(`last of ${"name" in context ? context.name : "a test"}`);
  });

  void test("the chosen one is taken, then the one that is chosen after it, and `.venv` where none is", async () => {
    const folder = workspace("mistakes");
    const [first, second] = ["first", "second"].map((name) => environment(join(folder, "environments", name)));
    writeFileSync(join(folder, "interpreter"), first ?? "");
    environment(join(folder, ".venv"));
    window = await code.open(folder);
    await window.openFile("wit/mistakes.wit");
    await window.ready();
    await window.command("Witlens: Show Versions");
    await window.notification(/environments\/first\/bin\/witlens \(python environment\)/).waitFor();
    await window.picture("python environment");
    writeFileSync(join(folder, "interpreter"), second ?? "");
    await window.command("Test: Choose the Interpreter of the File");
    await window.shows("Witlens: Show Versions", /environments\/second\/bin\/witlens \(python environment\)/);
    writeFileSync(join(folder, "interpreter"), "/nowhere/bin/python");
    await window.command("Test: Choose the Interpreter of the File");
    await window.shows("Witlens: Show Versions", /\.venv\/bin\/witlens \(workspace environment\)/);
    await window.page.locator(".squiggly-error").first().waitFor();
  });

  /** An environment with the server of this checkout; its interpreter. */
  function environment(folder: string): string {
    mkdirSync(join(folder, "bin"), { recursive: true });
    for (const name of ["python", "witlens"]) {
      symlinkSync(join(TOOLS, name), join(folder, "bin", name));
    }
    return join(folder, "bin/python");
  }
});
