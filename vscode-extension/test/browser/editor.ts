// VS Code as a person sees it: its server, a browser, and the keys and clicks that tests need.
//
//   const code = await startCode();                      // one for a file of tests; `await code.stop()` after them
//   const window = await code.open(workspace("types"));  // a fresh copy of an example, trusted
//   await window.openFile("wit/types.wit");
//   await window.press("Build");                         // a lens
//   await window.picture("build");                       // into .pictures/
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Browser, type Frame, type FrameLocator, type Locator, type Page, chromium } from "playwright-core";

/** The folder of the extension: tests run there. */
const EXTENSION = process.cwd();
const EXAMPLES = join(EXTENSION, "../examples");
/** The programs of the checkout's environment, the server among them. */
export const TOOLS = join(EXTENSION, "../.venv/bin");
const SERVER = join(EXTENSION, ".code-server/node_modules/code-server/lib/vscode/out/server-main.js");
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PICTURES = join(EXTENSION, ".pictures");
/** How long anything may take on a busy machine, in milliseconds; the variable is in seconds. */
const PATIENCE = Number(process.env["WITLENS_TEST_PATIENCE"] ?? 60) * 1000;

const SETTINGS = {
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.tips.enabled": false,
  "editor.minimap.enabled": false,
  // Letters in the page, which tests can read, in place of a drawing of them.
  "terminal.integrated.gpuAcceleration": "off",
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
};

/** Why tests in the browser cannot run here; undefined where they can. */
export function missing(): string | undefined {
  const reason = !existsSync(SERVER)
    ? "VS Code is not installed: node test/browser/install.mjs"
    : CHROMIUM.some(existsSync)
      ? undefined
      : "Chromium is not installed: apt install chromium";
  if (reason !== undefined && process.env["CI"] !== undefined) {
    throw new Error(`${reason}; in CI nothing is skipped`);
  }
  return reason;
}

/** A fresh copy of an example, or of the given files, as a folder to open. */
export function workspace(content: string | Record<string, string>): string {
  const name = typeof content === "string" ? content : "project";
  const folder = join(mkdtempSync(join(tmpdir(), "witlens-code-")), name);
  if (typeof content === "string") {
    const skipped = new Set(["build", "node_modules", "target", "__pycache__"]);
    cpSync(join(EXAMPLES, content), folder, { recursive: true, filter: (path) => !skipped.has(basename(path)) });
  } else {
    for (const [path, text] of Object.entries(content)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
  return folder;
}

export interface Start {
  /** Settings of the user. */
  readonly settings?: Record<string, unknown>;
  /** The variable PATH; without it, the server of this checkout is on it. */
  readonly path?: string;
  readonly environment?: Record<string, string>;
  /** A folder of an extension that is there too, and its name with a version. */
  readonly extension?: { readonly folder: string; readonly name: string };
}

/** VS Code with the packed extension installed. */
export async function startCode({ settings = {}, path, environment = {}, extension }: Start = {}): Promise<Code> {
  const home = mkdtempSync(join(tmpdir(), "witlens-code-home-"));
  if (extension !== undefined) {
    cpSync(extension.folder, join(home, "extensions-dir", extension.name), { recursive: true });
  }
  const places = ["user-data-dir", "server-data-dir", "extensions-dir"].flatMap((what) => [`--${what}`, join(home, what)]);
  for (const scope of ["User", "Machine"]) {
    mkdirSync(join(home, "user-data-dir", scope), { recursive: true });
    const text = JSON.stringify({ ...SETTINGS, ...settings });
    writeFileSync(join(home, "user-data-dir", scope, "settings.json"), text);
  }
  const flags = ["--accept-server-license-terms", "--telemetry-level", "off", ...places];
  execFileSync("node", [SERVER, ...flags, "--install-extension", join(EXTENSION, "witlens.vsix")], { stdio: "pipe" });
  const port = await freePort();
  // As begun from a shell (VSCODE_CLI): otherwise VS Code takes the PATH of a login shell instead.
  const env = {
    ...process.env,
    PATH: path ?? `${TOOLS}:${process.env["PATH"] ?? ""}`,
    XDG_CACHE_HOME: join(home, "cache"),
    VSCODE_CLI: "1",
    ...environment,
  };
  const server = spawn(
    process.execPath,
    [SERVER, ...flags, "--host", "127.0.0.1", "--port", String(port), "--without-connection-token"],
    { env, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const listen = (data: Buffer) => {
      said += data.toString();
      if (said.includes("Extension host agent listening")) {
        resolve();
      }
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
    server.on("exit", () => {
      reject(new Error(`VS Code's server ended: ${said}`));
    });
  });
  const browser = await chromium.launch({
    executablePath: CHROMIUM.find(existsSync) ?? "",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return new Code(server, browser, port, home);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

export class Code {
  constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    private readonly port: number,
    private readonly home: string,
  ) {}

  /** A window with a folder; `trusted` is the answer to VS Code's question. */
  async open(folder: string, trusted = true): Promise<Window> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`http://127.0.0.1:${this.port}/?folder=${folder}`);
    const answer = trusted ? "Yes, I trust the authors" : "No, I don't trust the authors";
    await page.getByRole("button", { name: answer }).click();
    await page.locator(".monaco-workbench .statusbar-item").first().waitFor();
    return new Window(page, folder);
  }

  /** Has a module's `run()` called in the extension host, with the `vscode` API; yields the lines that it prints. */
  async *inHost(folder: string, module: string): AsyncGenerator<string> {
    const lines: string[] = [];
    let exit: number | undefined;
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.exposeFunction("codeAutomationLog", (_kind: string, parts: unknown[]) => {
      lines.push(parts.map(String).join(" "));
    });
    await page.exposeFunction("codeAutomationExit", (code: number) => {
      exit = code;
    });
    const host = `127.0.0.1:${this.port}`;
    const remote = (path: string) => `vscode-remote://${host}${path}`;
    const payload = [
      ["extensionDevelopmentPath", remote(EXTENSION)],
      ["extensionTestsPath", remote(join(EXTENSION, module))],
    ];
    await page.goto(`http://${host}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    try {
      for (const end = Date.now() + 5 * PATIENCE; exit === undefined || lines.length > 0; ) {
        const line = lines.shift();
        if (line !== undefined) {
          yield line;
        } else if (Date.now() > end) {
          await page.screenshot({ path: join(PICTURES, "extension host.png") });
          throw new Error("the tests in the extension host do not end");
        } else {
          await page.waitForTimeout(50);
        }
      }
    } finally {
      await context.close();
    }
  }

  async stop(): Promise<void> {
    await this.browser.close();
    if (this.server.pid !== undefined && this.server.exitCode === null) {
      this.server.removeAllListeners("exit");
      process.kill(-this.server.pid, "SIGKILL");
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Window {
  constructor(
    readonly page: Page,
    readonly folder: string,
  ) {}

  /** Opens a file by its path in the folder, and waits for its text. */
  async openFile(path: string): Promise<void> {
    await this.openTab(path);
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Opens a file by its path in the folder, as text or whatever shows it. */
  async openTab(path: string): Promise<void> {
    await this.pick("Control+P", join(this.folder, path), basename(path));
    await this.page.locator(".tab.active").filter({ hasText: basename(path) }).waitFor();
  }

  /** Waits until the language server has started and has nothing to do. */
  async ready(): Promise<void> {
    await this.page.locator(".statusbar-item:has(.codicon-check)").filter({ hasText: "Witlens" }).waitFor();
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    // Soon after a start, not all commands are there, and an open palette takes no notice of those that come.
    await this.pick("F1", `>${title}`, title);
  }

  /** Opens the list at the top by a key, and clicks a row of it. The list closes when something else takes the focus. */
  private async pick(key: string, text: string, wanted: string): Promise<void> {
    const row = this.row(wanted);
    await this.until(async () => {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput().fill(text, { timeout: 4000 });
        await row.waitFor({ timeout: 4000 });
        await row.click({ timeout: 4000 });
        return true;
      } catch {
        // Where no list is open, the key would hide messages.
        if (await this.quickInput().isVisible()) {
          await this.page.keyboard.press("Escape");
        }
        return undefined;
      }
    }, `there is nothing to choose like ${wanted}`);
  }

  /** Puts the cursor at a line and column, from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.quickInput().fill(`:${line}:${column}`);
    await this.confirm();
    await this.quickInput().waitFor({ state: "hidden" });
  }

  /** Puts the cursor behind the first place where the file on disk has `text`. */
  async goToText(file: string, text: string): Promise<void> {
    const content = this.read(file);
    const before = content.slice(0, content.indexOf(text) + text.length).split("\n");
    await this.goTo(before.length, (before.at(-1) ?? "").length + 1);
  }

  type(text: string): Promise<void> {
    return this.page.keyboard.type(text, { delay: 15 });
  }

  key(...keys: string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Saves, and waits until the file on disk is as wanted; returns its text. */
  async save(file: string, wanted: (text: string) => boolean): Promise<string> {
    await this.key("Control+S");
    return this.until(() => {
      const text = this.read(file);
      return wanted(text) ? text : undefined;
    }, `${file} on disk is not as wanted`);
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Waits until `look` gives something. */
  async until<T>(look: () => T | undefined | Promise<T | undefined>, problem: string): Promise<T> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await look();
      if (found !== undefined) {
        return found;
      }
      if (Date.now() > end) {
        throw new Error(problem);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Shows the hover at the cursor, and waits until it has a text. */
  async hover(text: string | RegExp): Promise<Locator> {
    const hover = this.page.locator(".monaco-hover").filter({ hasText: text }).first();
    // Lenses that come and move the lines hide a hover, so it is asked for again.
    return this.until(async () => {
      await this.key("Control+K", "Control+I");
      try {
        await hover.waitFor({ timeout: 4000 });
        return hover;
      } catch {
        await this.key("Escape");
        return undefined;
      }
    }, `no hover says ${text}`);
  }

  /** The lenses with a text, the first one in the file in front. */
  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: text });
  }

  /** Clicks a lens: the first with this text, or the first on the given lens line. */
  async press(text: string | RegExp, nth = 0): Promise<void> {
    await this.lens(text).nth(nth).click();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast, .notification-list-item").filter({ hasText: text }).first();
  }

  /** Takes a picture for people to look at. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** A row of what is to be chosen from. */
  row(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  /** Chooses a row of a list at the top. */
  async choose(text: string | RegExp): Promise<void> {
    await this.row(text).click();
  }

  /** Presses Enter in the line at the top, which may have lost the focus to what is drawn below. */
  confirm(): Promise<void> {
    return this.quickInput().press("Enter");
  }

  /** Answers a question for a file at the top. */
  async accept(path: string): Promise<void> {
    await this.page.locator(".quick-input-widget").getByRole("button", { name: /^(OK|Create|Save)$/ }).waitFor();
    // While it reads its folder, it writes there too.
    await this.until(async () => {
      await this.quickInput().fill(path);
      await this.page.waitForTimeout(500);
      return (await this.quickInput().inputValue()) === path ? true : undefined;
    }, `the path does not stay ${path}`);
    await this.confirm();
    await this.quickInput().waitFor({ state: "hidden" });
  }

  /** Runs a command until a message says what is wanted: what it tells of may yet be on its way. */
  async shows(title: string, text: RegExp): Promise<void> {
    await this.until(async () => {
      await this.command("Notifications: Clear All Notifications");
      await this.command(title);
      try {
        await this.notification(text).waitFor({ timeout: 3000 });
        return true;
      } catch {
        return undefined;
      }
    }, `no message says ${text}`);
  }

  /** The page of the webview in front, or of the last one that was opened: a frame in a frame. */
  webview(): FrameLocator {
    return this.page.locator("iframe.webview.ready").last().contentFrame().frameLocator("iframe#active-frame");
  }

  /** The same as a frame, in which scripts can look around. */
  async frame(): Promise<Frame> {
    const frame = await (await this.webview().locator("html").elementHandle()).ownerFrame();
    if (frame === null) {
      throw new Error("there is no webview");
    }
    return frame;
  }

  quickInput(): Locator {
    return this.page.locator(".quick-input-widget input").first();
  }
}

/** The names of the files in a folder of the workspace; none where it is not there. */
export function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
