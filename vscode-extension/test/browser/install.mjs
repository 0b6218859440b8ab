// Brings VS Code itself, as code-server has it, into a folder that git ignores. Prints why where that cannot be done.
// Exit code 0: it is there; 1: it is not.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const CODE_SERVER = "4.100.3";
/** What terminals and the search for files take: built by others, since nothing is compiled here. */
const PTY = "1.1.0";
const RIPGREP = "1.18.0";
const VERSION = [CODE_SERVER, PTY, RIPGREP].join(" ");
const folder = join(import.meta.dirname, "../../.code-server");
const stamp = join(folder, ".version");

function npm(cwd, ...words) {
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const done = spawnSync("npm", ["install", ...words, ...flags], { cwd, encoding: "utf8" });
  if (done.error !== undefined || done.status !== 0) {
    const said = done.error?.message ?? done.stderr.trim().split("\n")[0];
    console.error(`VS Code cannot be had here: npm install ${words.join(" ")}: ${said}`);
    process.exit(1);
  }
}

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== VERSION) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm(folder, `code-server@${CODE_SERVER}`, `@lydell/node-pty@${PTY}`, `@vscode/ripgrep@${RIPGREP}`);
  // What code-server's own script would install after itself; that script also takes programs from elsewhere.
  const code = join(folder, "node_modules/code-server/lib/vscode");
  npm(code, "--omit=dev", "--legacy-peer-deps");
  const platform = `${process.platform}-${process.arch}`;
  for (const [from, to] of [
    [`@lydell/node-pty-${platform}/pty.node`, "node-pty/build/Release/pty.node"],
    [`@vscode/ripgrep-${platform}/bin/rg`, "@vscode/ripgrep/bin/rg"],
  ]) {
    cpSync(join(folder, "node_modules", from), join(code, "node_modules", to), { recursive: true });
  }
  writeFileSync(stamp, VERSION);
}
