// Brings VS Code itself, as code-server has it, into a folder that git ignores. Prints why where that cannot be done.
// Exit code 0: it is there; 1: it is not.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = "4.100.3";
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
  npm(folder, `code-server@${VERSION}`);
  // What code-server's own script would install after itself; that script also takes programs from elsewhere.
  npm(join(folder, "node_modules/code-server/lib/vscode"), "--omit=dev", "--legacy-peer-deps");
  writeFileSync(stamp, VERSION);
}
