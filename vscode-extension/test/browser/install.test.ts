// Nothing is there yet: the server is installed from the first message on, with pip and with uv, and from a mistake on.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, before, suite, test } from "node:test";
import { type Code, TOOLS, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();
const PYTHON = join(TOOLS, "python");

void suite("installing the server", { skip: reason ?? false }, () => {
  let code: Code | undefined;
  let window: Window | undefined;
  const wheels = mkdtempSync(join(tmpdir(), "witlens-wheels-"));

  // What a package index would have: this checkout's package and all that it needs.
  before(() => {
    const checkout = join(process.cwd(), "..");
    execFileSync(PYTHON, ["-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--wheel-dir", wheels, checkout]);
  });

  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name : "a test"}`);
    await code?.stop();
    code = undefined;
    window = undefined;
  });

  /** VS Code on a machine with Python and perhaps uv, whose package index is the folder of wheels. */
  async function onMachine(withUv: boolean): Promise<Code> {
    const programs = mkdtempSync(join(tmpdir(), "witlens-programs-"));
    const python = execFileSync(PYTHON, ["-c", "import sys; print(sys._base_executable)"], { encoding: "utf8" }).trim();
    symlinkSync(python, join(programs, "python3"));
    if (withUv) {
      symlinkSync(join(TOOLS, "uv"), join(programs, "uv"));
    }
    const index = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels, UV_OFFLINE: "1", UV_FIND_LINKS: wheels };
    return startCode({ path: `${programs}:/usr/bin:/bin`, environment: index });
  }

  /** A folder with a WIT file and the requirement that is installed. */
  function project(requirement: string): string {
    const folder = workspace("mistakes");
    mkdirSync(join(folder, ".vscode"));
    demand(folder, requirement);
    return folder;
  }

  function demand(folder: string, requirement: string): void {
    writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify({ "witlens.server.package": requirement }));
  }

  /** Agrees to the commands, which are told before they run. */
  async function agree(vscode: Window, commands: RegExp): Promise<void> {
    const dialog = vscode.page.locator(".monaco-dialog-box");
    await dialog.filter({ hasText: commands }).waitFor();
    await vscode.picture("install");
    await dialog.getByRole("button", { name: "Install" }).click();
  }

  /** Has the server installed until other settings count: VS Code reads them some time after they were written. */
  async function asksFor(vscode: Window, commands: RegExp): Promise<void> {
    const dialog = vscode.page.locator(".monaco-dialog-box");
    await vscode.until(async () => {
      await vscode.command("Witlens: Install the Server...");
      await dialog.waitFor();
      if (commands.test((await dialog.locator(".dialog-message-detail").textContent()) ?? "")) {
        return true;
      }
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
      return undefined;
    }, `nobody asks for ${commands}`);
  }

  async function runsItsOwn(vscode: Window): Promise<void> {
    await vscode.ready();
    await vscode.page.locator(".squiggly-error").first().waitFor();
    await vscode.command("Witlens: Show Versions");
    await vscode.notification(/server \d+\.\d+\.\d+.*installed by the extension/).waitFor();
    await vscode.picture("installed");
  }

  void test("what is installed is small, and nothing superfluous is in it", () => {
    assert(statSync("witlens.vsix").size < 2_000_000);
    const listed = execFileSync(PYTHON, ["-m", "zipfile", "-l", "witlens.vsix"], { encoding: "utf8" });
    const files = [...listed.matchAll(/^extension\/(\S+)/gm)].map(([, name = ""]) => name);
    for (const name of ["package.json", "readme.md", "changelog.md", "LICENSE.txt", "icons/witlens.png", "dist/licences.txt"]) {
      assert(files.includes(name), name);
    }
    const wanted = /^(package\.json|readme\.md|changelog\.md|LICENSE\.txt|dist\/(extension\.js|licences\.txt|webview\/\w+\.(js|css))|(icons|language|media|snippets|syntaxes|walkthrough)\/[\w.-]+)$/;
    assert.deepEqual(files.filter((name) => !wanted.test(name)), []);
  });

  void test("with pip, after a package that is not there", async () => {
    code = await onMachine(false);
    const folder = project("witlens==99.0");
    const vscode = await code.open(folder);
    window = vscode;
    await vscode.openFile("wit/mistakes.wit");
    const absent = vscode.notification("was not found on this machine");
    await absent.waitFor();
    await vscode.picture("no server");
    await absent.getByRole("button", { name: "Install" }).click();
    await agree(vscode, /python3 -m venv .*witlens==99\.0/s);
    const failed = vscode.notification("was not installed");
    await failed.waitFor();
    assert.match((await failed.textContent()) ?? "", /does not have "witlens==99\.0"/);
    for (const name of ["Choose a Wheel...", "Set Path"]) {
      await failed.getByRole("button", { name }).waitFor();
    }
    await vscode.picture("not installed");
    demand(folder, "witlens");
    await asksFor(vscode, /-m pip install .*witlens$/s);
    await agree(vscode, /-m pip install .*witlens$/s);
    await runsItsOwn(vscode);
  });

  void test("with uv", async () => {
    code = await onMachine(true);
    const vscode = await code.open(project("witlens"));
    window = vscode;
    await vscode.openFile("wit/mistakes.wit");
    await vscode.command("Witlens: Install the Server...");
    await agree(vscode, /uv venv .*uv pip install/s);
    await runsItsOwn(vscode);
  });
});
