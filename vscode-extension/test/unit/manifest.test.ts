// What package.json promises of the workbench, held against the sources and against what `witlens build` prints.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { suite, test } from "node:test";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly problemPatterns: readonly { readonly patterns: readonly Pattern[] }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string } }[];
    }[];
    readonly viewsWelcome: readonly { readonly contents: string }[];
  };
}

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly message?: number;
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const commands = new Set(contributes.commands.map(({ command }) => command));

void suite("package.json", () => {
  void test("menus, walkthrough and welcome name commands that there are", () => {
    const named = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    const texts = [
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
      ...contributes.viewsWelcome.map(({ contents }) => contents),
    ];
    const linked = texts.flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, name = ""]) => name));
    assert(linked.length >= 6);
    assert.deepEqual([...named, ...linked].filter((name) => !commands.has(name)), []);
  });

  void test("every command is registered by name somewhere", () => {
    const files = ["src", "src/workbench", "src/server"].flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".ts"))
        .map((name) => readFileSync(`${folder}/${name}`, "utf8")),
    );
    const missing = [...commands].filter((name) => !files.some((text) => text.includes(`"${name}"`)));
    assert.deepEqual(missing, []);
  });

  void test("the pages of the walkthrough are there", () => {
    for (const { steps } of contributes.walkthroughs) {
      for (const { media } of steps) {
        assert(existsSync(media.markdown), media.markdown);
      }
    }
  });

  void test("mistakes of a build are found in what `witlens build` prints", () => {
    const [first, second] = contributes.problemPatterns[0]?.patterns ?? [];
    assert(first !== undefined && second !== undefined);
    const head = new RegExp(first.regexp).exec("error[componentize-py]: SyntaxError: invalid syntax");
    const place = new RegExp(second.regexp).exec("  --> python/app.py:25:1");
    assert.equal(head?.[first.message ?? 0], "SyntaxError: invalid syntax");
    const numbers = [second.file, second.line, second.column];
    assert.deepEqual(numbers.map((number) => place?.[number ?? 0]), ["python/app.py", "25", "1"]);
    assert.equal(new RegExp(first.regexp).exec("python: not built"), null);
  });
});
