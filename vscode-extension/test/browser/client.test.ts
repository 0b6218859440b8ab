// The client in real VS Code: how a component begins, and that servers which are of no use are told, with what helps.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, type Window, missing, names, startCode, workspace } from "./editor";

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

  /** A folder whose setting names a program that answers `--version` with `version`, and then ends. */
  function withServer(version: string): string {
    const folder = workspace({ "a.wit": "package demo:a;\n" });
    const program = join(folder, "witlens");
    writeFileSync(program, `#!/bin/sh\ntest "$1" = --version && echo "${version}" && exit 0\necho broken >&2\nexit 1\n`);
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
    await window.picture("server does not start");
  });

  void test("a component is begun from the palette, with nothing open", async () => {
    const vscode = await code.open(workspace({ "notes.txt": "Nothing yet.\n" }));
    window = vscode;
    await vscode.command("Witlens: New Component...");
    const row = (text: string) => vscode.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
    await row("WebAssembly text").waitFor();
    await vscode.picture("new component");
    await row("WebAssembly text").click();
    const question = vscode.page.locator(".quick-input-widget").filter({ hasText: "New Component (2/3)" });
    await question.waitFor();
    await vscode.quickInput().fill("Hello");
    await question.filter({ hasText: "words of lowercase letters" }).waitFor();
    await vscode.quickInput().fill("first-one");
    await vscode.key("Enter");
    await row("first-one").click();
    await vscode.page.locator(".tab.active").filter({ hasText: "world.wit" }).waitFor();
    assert(names(join(vscode.folder, "first-one")).includes("witlens.toml"));
    await vscode.lens(/^Build/).first().waitFor();
  });
});
