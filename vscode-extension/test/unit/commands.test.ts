// That package.json, the client and the server name the same commands.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";

const ROOT = path.resolve(__dirname, "../../..");
const LENSES = path.join(ROOT, "../server/witlens_server/lsp/lenses/__init__.py");

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
}

const { contributes } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;

function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
}

void suite("commands", () => {
  void test("each that is in the palette is registered, and each in a menu is declared", () => {
    const code = sources(path.join(ROOT, "src"));
    const declared = contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      declared.filter((name) => !code.includes(`"${name}"`)),
      [],
    );
    const shown = Object.values(contributes.menus).flatMap((entries) => entries.map(({ command }) => command));
    assert.deepEqual(
      shown.filter((name) => !declared.includes(name)),
      [],
    );
  });

  void test("those of the server that run something wait for trust", () => {
    const list = /^COMMANDS = \{(.*?)^\}/ms.exec(readFileSync(LENSES, "utf8"))?.[1] ?? "";
    const served = [...list.matchAll(/"(witlens\.\w+)"/g)].map((match) => match[1] ?? "");
    assert(served.includes("witlens.build"), "the server's commands are not where they were");
    const session = readFileSync(path.join(ROOT, "src/server/session.ts"), "utf8");
    const waiting = /RUNNING_COMMANDS[^=]*= new Set\(\s*\[(.*?)\]/s.exec(session)?.[1] ?? "";
    const names = [...waiting.matchAll(/"(\w+)"/g)].map((match) => `witlens.${match[1] ?? ""}`);
    // Showing where a call stands runs nothing.
    assert.deepEqual(names.sort(), served.filter((name) => name !== "witlens.showCall").sort());
  });
});
