// The TextMate grammars over test/grammar/: every token's scopes as a snapshot, and nothing left unpainted.
// `UPDATE=1 npm test` writes the snapshots anew; look at the difference.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { before, suite, test } from "node:test";
import { OnigScanner, OnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, type IGrammar, Registry, parseRawGrammar } from "vscode-textmate";

const ROOT = path.resolve(__dirname, "../../..");
const CASES = path.join(ROOT, "test/grammar");
/** What carries a name or means something of its own; other tokens are brackets, operators and space. */
const WORD = /^[\w%"'-]/;

interface Token {
  readonly line: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

const registry = new Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new OnigScanner(patterns),
    createOnigString: (text) => new OnigString(text),
  }),
  loadGrammar: (scope) => {
    const file = path.join(ROOT, "syntaxes", `${scope.replace("source.", "")}.tmLanguage.json`);
    return Promise.resolve(parseRawGrammar(readFileSync(file, "utf8"), file));
  },
});

async function grammarOf(language: string): Promise<IGrammar> {
  const grammar = await registry.loadGrammar(`source.${language}`);
  assert(grammar);
  return grammar;
}

function tokensOf(grammar: IGrammar, text: string): Token[] {
  const tokens: Token[] = [];
  let state = INITIAL;
  for (const [line, content] of text.split("\n").entries()) {
    const { tokens: found, ruleStack } = grammar.tokenizeLine(content, state);
    state = ruleStack;
    for (const token of found) {
      tokens.push({ line, text: content.slice(token.startIndex, token.endIndex), scopes: token.scopes });
    }
  }
  return tokens;
}

function rendered(text: string, tokens: readonly Token[]): string {
  return text
    .split("\n")
    .flatMap((content, line) => [
      content,
      ...tokens
        .filter((token) => token.line === line && token.text.trim() !== "")
        .map((token) => `    ${token.text.trim()}  -> ${painting(token.scopes) || "nothing"}`),
    ])
    .join("\n");
}

/** The scopes that themes paint. */
function painting(scopes: readonly string[]): string {
  return scopes.filter((scope) => !/^(meta|source)\./.test(scope)).join(" ");
}

/** The innermost scope of a word. */
function meaning(tokens: readonly Token[], word: string, nth = 0): string {
  const token = tokens.filter(({ text }) => text.trim() === word)[nth];
  assert(token, `${word} is no token of its own`);
  return token.scopes.at(-1) ?? "";
}

before(async () => {
  const wasm = createRequire(path.join(ROOT, "package.json")).resolve("vscode-oniguruma/release/onig.wasm");
  await loadWASM(readFileSync(wasm));
});

void suite("grammar cases", () => {
  for (const name of readdirSync(CASES).filter((file) => /\.(?:wit|wave)$/.test(file))) {
    void test(name, async () => {
      const text = readFileSync(path.join(CASES, name), "utf8");
      const tokens = tokensOf(await grammarOf(path.extname(name).slice(1)), text);
      const snapshot = path.join(CASES, `${name}.snap`);
      const now = rendered(text, tokens);
      if (process.env["UPDATE"] !== undefined) {
        writeFileSync(snapshot, now);
      }
      assert(existsSync(snapshot), "there is no snapshot");
      assert.equal(now, readFileSync(snapshot, "utf8"));
      const unpainted = tokens.filter(
        ({ text: word, scopes }) => WORD.test(word.trim()) && painting(scopes) === "",
      );
      assert.deepEqual(
        unpainted.map((token) => `${token.line + 1}: ${token.text}`),
        [],
      );
    });
  }
});

/** All files below a folder whose names end so. */
function files(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !/(^|\/)(node_modules|target|build)\//.test(name))
    .map((name) => path.join(folder, name));
}

void suite("what the project shows", () => {
  for (const language of ["wit", "wave"]) {
    void test(`every word of its ${language} is painted, in examples and guides`, async () => {
      const grammar = await grammarOf(language);
      const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms");
      // The example of mistakes has words that are none of the language.
      const examples = files(path.resolve(ROOT, "../examples"), `.${language}`).filter((file) => !file.includes("mistakes"));
      const texts = new Map(examples.map((file) => [file, readFileSync(file, "utf8")]));
      for (const file of readdirSync(path.resolve(ROOT, "../docs")).filter((name) => name.endsWith(".md"))) {
        const blocks = [...readFileSync(path.resolve(ROOT, "../docs", file), "utf8").matchAll(fence)];
        blocks.forEach((block, index) => texts.set(`${file}, text ${index + 1}`, block[1] ?? ""));
      }
      assert(texts.size > 5, `only ${texts.size} texts`);
      for (const [name, text] of texts) {
        const unpainted = tokensOf(grammar, text).filter(
          ({ text: word, scopes }) => WORD.test(word.trim()) && painting(scopes) === "",
        );
        assert.deepEqual(
          unpainted.map((token) => `${name}, line ${token.line + 1}: ${token.text}`),
          [],
        );
      }
    });
  }
});

void suite("wave", () => {
  void test("every statement of the guide is painted as one", async () => {
    const guide = readFileSync(path.resolve(ROOT, "../docs/call-files.md"), "utf8");
    const statements = [...guide.matchAll(/^\| `((world|component|grant|link|stub|limit)\b[^`]*)` \|/gm)].map((row) => row[1] ?? "");
    assert(statements.length > 12, "the tables are not as expected");
    const grammar = await grammarOf("wave");
    for (const statement of statements) {
      const words = tokensOf(grammar, statement).filter(({ text }) => text.trim() !== "");
      assert.match(words[0]?.scopes.at(-1) ?? "", /^keyword\.other\./, statement);
      if (/^(grant|limit) /.test(statement)) {
        assert.match(words[1]?.scopes.at(-1) ?? "", /^support\.constant\./, statement);
      }
    }
  });

  void test("a function with the name of a statement is a function", async () => {
    for (const name of ["grant", "limit", "drop", "test", "link"]) {
      const tokens = tokensOf(await grammarOf("wave"), `${name}(1, 2) == 3\nops.${name}(1)`);
      assert.equal(meaning(tokens, name, 0), "entity.name.function.wave");
      assert.equal(meaning(tokens, name, 1), "entity.name.function.wave");
    }
  });
});

void suite("wit", () => {
  void test("every keyword of the language is painted as one somewhere", async () => {
    const grammar = readFileSync(path.resolve(ROOT, "../analysis/witlens_analysis/syntax/wit.grammar"), "utf8");
    const rules = grammar.replaceAll(/#.*$/gm, "");
    const old = new Set(["default", "bitflags", "union", "expected"]);
    const words = [...new Set([...rules.matchAll(/'([a-z][a-z0-9-]*)'/g)].map((match) => match[1] ?? ""))];
    assert(words.length > 40, "the grammar file is not as expected");
    const tokens: Token[] = [];
    for (const name of readdirSync(CASES).filter((file) => file.endsWith(".wit"))) {
      tokens.push(...tokensOf(await grammarOf("wit"), readFileSync(path.join(CASES, name), "utf8")));
    }
    const painted = new Set(
      tokens
        .filter(({ scopes }) => /^(keyword|storage|support)\./.test(scopes.at(-1) ?? ""))
        .map(({ text }) => text.trim()),
    );
    assert.deepEqual(
      words.filter((word) => !painted.has(word) && !old.has(word)),
      [],
    );
  });

  void test("a keyword in a name, or escaped, is a name", async () => {
    const tokens = tokensOf(await grammarOf("wit"), "record %type { list-u8: u8, record-list: list<u8>, %use: u8 }");
    assert.equal(meaning(tokens, "%type"), "entity.name.type.record.wit");
    for (const field of ["list-u8", "record-list", "%use"]) {
      assert.equal(meaning(tokens, field), "variable.other.property.wit");
    }
  });

  void test("a statement without its end does not paint the next one", async () => {
    for (const unfinished of ["use types.{", "type t =", "f: func(a: list<u8", "record r", "use types."]) {
      const tokens = tokensOf(await grammarOf("wit"), `interface i {\n  ${unfinished}\n}\ninterface other {}`);
      // A bracket that is open may take one line, never the rest of the file.
      if (!unfinished.endsWith("{") && !unfinished.includes("(")) {
        assert.equal(meaning(tokens, "other"), "entity.name.type.interface.wit", unfinished);
      }
    }
  });

  void test("generics nest", async () => {
    const tokens = tokensOf(
      await grammarOf("wit"),
      "type t = result<list<tuple<u8, option<map<string, borrow<r>>>>>, _>;",
    );
    for (const word of ["result", "list", "tuple", "option", "map", "borrow"]) {
      assert.equal(meaning(tokens, word), "support.type.generic.wit");
    }
    assert.equal(tokens.filter(({ scopes }) => scopes.at(-1) === "punctuation.definition.typeparameters.end.wit").length, 6);
    assert.equal(meaning(tokens, "_"), "constant.language.nothing.wit");
    assert.equal(meaning(tokens, ";"), "punctuation.terminator.wit");
  });
});
