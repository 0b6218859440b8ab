// That package.json, the client and the server name the same commands and settings.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";
import { RUNNING_COMMANDS, isRunning } from "../../src/server/trust";

const ROOT = path.resolve(__dirname, "../../..");
const LENSES = path.join(ROOT, "../server/witlens_server/lsp/lenses/__init__.py");

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly {
      readonly properties: Readonly<
        Record<string, { readonly markdownDescription?: string; readonly default?: unknown }>
      >;
    }[];
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
    // Showing where a call stands runs nothing.
    assert.deepEqual([...RUNNING_COMMANDS].sort(), served.filter((name) => name !== "witlens.showCall").sort());
  });
});

void suite("trust", () => {
  void test("requests that run something are known, however they are sent", () => {
    const request = (command: unknown) => isRunning("workspace/executeCommand", { command, arguments: [] });
    for (const command of RUNNING_COMMANDS) {
      assert(request(command), command);
    }
    assert.equal(request("witlens.showCall"), false);
    assert.equal(request(undefined), false);
    assert.equal(isRunning("workspace/executeCommand", undefined), false);
    assert.equal(isRunning("textDocument/hover", { command: "witlens.build" }), false);
  });
});

void suite("settings", () => {
  const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as
    Manifest["contributes"]["configuration"][number]["properties"];

  void test("each of the server's can be set, and has its default", () => {
    const guide = readFileSync(path.join(ROOT, "../docs/editors.md"), "utf8").split("## Settings")[1] ?? "";
    const rows = [...guide.matchAll(/^\| `(\w+)` \| (.*?) \|/gm)].map((row) => ({ name: row[1] ?? "", values: row[2] ?? "" }));
    assert(rows.length > 6, "the table of settings is not where it was");
    // These two tell the server what VS Code can do; the client sends them.
    const wanted = rows.filter(({ name }) => !["showReferences", "linkLines"].includes(name));
    for (const { name, values } of wanted) {
      const parts = [...values.matchAll(/"(\w+)": \.\./g)].map((part) => `witlens.${name}.${part[1] ?? ""}`);
      const default_ = /; `([^`]*)`$/.exec(values)?.[1];
      for (const key of parts.length > 0 ? parts : [`witlens.${name}`]) {
        assert(key in settings, `${key} is not in package.json`);
        if (default_ !== undefined) {
          assert.equal(JSON.stringify(settings[key]?.default), default_, key);
        }
      }
    }
    const read = readFileSync(path.join(ROOT, "../server/witlens_server/lsp/settings.py"), "utf8");
    const served = [...read.matchAll(/sent\.get\("(\w+)"\)/g)].map((match) => match[1] ?? "");
    assert.deepEqual(served.sort(), rows.map(({ name }) => name).sort());
  });

  void test("each is described, and read by somebody", () => {
    const code = sources(path.join(ROOT, "src"));
    const server = readFileSync(path.join(ROOT, "../server/witlens_server/lsp/settings.py"), "utf8");
    for (const [key, { markdownDescription }] of Object.entries(settings)) {
      assert((markdownDescription ?? "").endsWith("."), key);
      const [, name = "", part] = key.split(".");
      const inClient = code.includes(`"${key.replace("witlens.", "")}"`);
      // The library of the protocol reads this one by itself.
      assert(inClient || server.includes(`"${name}"`) || key === "witlens.trace.server", `${key} ${part ?? ""}`);
    }
  });
});
