// Tests in VS Code's own extension host, with the real `vscode` API: what the extension gives there to people and others.
// VS Code calls `run`. Each test prints a line of its own, which `test/browser/host.test.ts` reads.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";
import { faceOf } from "../../src/status";

/** How long anything may take on a busy machine, in milliseconds. */
const PATIENCE = 60_000;

const extension = vscode.extensions.getExtension<Api>("witlens.witlens");
let api: Api;

const tests: Record<string, () => Promise<void> | void> = {
  "opening a WIT file starts the server": async () => {
    assert(extension);
    const began = performance.now();
    const document = await open("wit/mistakes.wit");
    api = await extension.activate();
    await until("the server runs", () => api.health().kind === "running");
    const running = performance.now();
    await until("there are diagnostics", () => vscode.languages.getDiagnostics(document.uri).length > 0);
    const shown = performance.now();
    console.log(`measured: trusted: ${vscode.workspace.isTrusted}; server running after ${ms(running - began)}, first diagnostics after ${ms(shown - began)}`);
  },

  "every command of the palette is there": async () => {
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    const there = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      manifest.contributes.commands.map(({ command }) => command).filter((name) => !there.has(name)),
      [],
    );
  },

  "diagnostics have the code of their rule, and its page": async () => {
    const document = await open("wit/mistakes.wit");
    const found = vscode.languages.getDiagnostics(document.uri);
    assert(found.length > 10, `only ${found.length}`);
    for (const { code, source } of found) {
      assert.equal(source, "witlens");
      assert(typeof code === "object" && /rules\/[\w-]+\.md$/.test(code.target.path), JSON.stringify(code));
      assert(readFileSync(code.target.fsPath, "utf8").length > 100);
    }
  },

  "settings take effect without a restart": async () => {
    const document = await open("wit/mistakes.wit");
    const errors = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ code }) => typeof code === "object" && code.value === "old-results").length;
    const before = errors();
    assert(before > 0);
    const settings = vscode.workspace.getConfiguration("witlens");
    await settings.update("severity", { "old-results": "off" }, vscode.ConfigurationTarget.Workspace);
    await until("the rule is off", () => errors() === 0);
    await settings.update("severity", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the rule is on", () => errors() === before);
  },

  "a lens shows the places that it counts": async () => {
    const file = path.join(folder(), "wit/lenses.wit");
    writeFileSync(file, "package demo:mistakes;\n\ninterface counted {\n  type t = u8;\n  f: func(a: t) -> t;\n}\n");
    const document = await open("wit/lenses.wit");
    const lens = await until("a lens counts", async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        document.uri,
        100,
      );
      return lenses.find(({ command }) => command?.title === "2 references");
    });
    assert.equal(lens.command?.command, "witlens.showReferences");
    await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments as unknown[]));
  },

  "a function's hover and definition come from the server": async () => {
    const document = await open("wit/lenses.wit");
    const position = document.positionAt(document.getText().indexOf("a: t") + 3);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      position,
    );
    const [shown] = hover?.contents ?? [];
    assert(shown instanceof vscode.MarkdownString);
    assert.match(shown.value, /type t/);
    const [place] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      position,
    );
    assert(place);
    const range = "targetUri" in place ? (place.targetSelectionRange ?? place.targetRange) : place.range;
    assert.equal(document.getText(range), "t");
  },

  "a new line continues a doc comment": async () => {
    const editor = vscode.window.activeTextEditor;
    assert(editor);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(2, 0), "/// One\n");
    });
    editor.selection = new vscode.Selection(2, 7, 2, 7);
    await vscode.commands.executeCommand("type", { text: "\n" });
    assert.equal(editor.document.lineAt(3).text, "/// ");
    await vscode.commands.executeCommand("undo");
    await vscode.commands.executeCommand("undo");
  },

  "the server is stopped, and started again": async () => {
    const seen: string[] = [];
    const listening = api.onHealth(({ kind }) => seen.push(kind));
    await vscode.commands.executeCommand("witlens.stopServer");
    assert.equal(api.health().kind, "stopped");
    await vscode.commands.executeCommand("witlens.restartServer");
    listening.dispose();
    assert.equal(api.health().kind, "running");
    assert.deepEqual(seen.filter((kind, index) => seen[index - 1] !== kind), ["stopped", "starting", "running"]);
    const uri = vscode.Uri.file(path.join(folder(), "wit/mistakes.wit"));
    await until("there are diagnostics again", () => vscode.languages.getDiagnostics(uri).length > 0);
  },

  "a server that ends by itself is started again": async () => {
    const health = api.health();
    assert(health.kind === "running");
    assert.match(faceOf(health, undefined).text, /^server \d+\.\d+\.\d+/);
    const seen: string[] = [];
    const listening = api.onHealth(({ kind }) => seen.push(kind));
    // As a crash does: the process is gone, without a word.
    const before = serverProcess();
    assert(before !== undefined);
    process.kill(before, "SIGKILL");
    await until("it runs again", () => seen.includes("running") && ![undefined, before].includes(serverProcess()));
    listening.dispose();
    const uri = vscode.Uri.file(path.join(folder(), "wit/mistakes.wit"));
    await until("there are diagnostics again", () => vscode.languages.getDiagnostics(uri).length > 0);
  },

  "what is no server is told, and one that is there is taken when the setting goes": async () => {
    const settings = vscode.workspace.getConfiguration("witlens");
    const change = async (value: string | undefined) =>
      settings.update("server.path", value, vscode.ConfigurationTarget.Global);
    await change("/bin/echo");
    await until("it is missing", () => api.health().kind === "missing");
    const health = api.health();
    assert(health.kind === "missing");
    assert.match(health.missing.reason, /^\/bin\/echo is no Witlens server/);
    await change(undefined);
    await until("it runs", () => api.health().kind === "running");
  },
};

export async function run(): Promise<void> {
  let failed = 0;
  for (const [name, body] of Object.entries(tests)) {
    try {
      await body();
      console.log(`ok: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok: ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  console.log(`done: ${Object.keys(tests).length} tests, ${failed} failed`);
}

function folder(): string {
  const first = vscode.workspace.workspaceFolders?.[0];
  assert(first);
  return first.uri.fsPath;
}

async function open(file: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(path.join(folder(), file));
  await vscode.window.showTextDocument(document);
  return document;
}

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it did not happen that ${what}`);
}

/** The server among the processes that this extension host has started. */
function serverProcess(): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((id) => {
      try {
        const parent = readFileSync(`/proc/${id}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1];
        return parent === String(process.pid) && readFileSync(`/proc/${id}/cmdline`, "utf8").includes("witlens\0lsp");
      } catch {
        return false; // it has ended meanwhile
      }
    });
}

function ms(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}
