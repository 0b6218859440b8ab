// Where the server is looked for, and how it is installed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";
import { LANGUAGES, beginning, problemOfName } from "../../src/server/beginning";
import { BusyList } from "../../src/server/busy";
import { OLDEST_SERVER, type Places, candidates, isAtLeast, versionIn } from "../../src/server/locate";
import { installSteps, isNewEnough, shown } from "../../src/server/steps";

const ROOT = path.resolve(__dirname, "../../..");

const PLACES: Places = {
  setting: "",
  folders: ["/home/ada/app", "/home/ada/lib"],
  home: "/home/ada",
  trusted: true,
  interpreter: undefined,
  searchPath: "/usr/local/bin:/usr/bin",
  ownEnvironment: "/storage/server",
  windows: false,
};

function commands(places: Partial<Places>): string[] {
  return candidates({ ...PLACES, ...places }).map(({ command }) => command);
}

void suite("looking for the server", () => {
  void test("the workspace's own comes first, the one that the extension installed last", () => {
    assert.deepEqual(commands({ interpreter: "/home/ada/app/env/bin/python" }), [
      "/home/ada/app/env/bin/witlens",
      "/home/ada/app/.venv/bin/witlens",
      "/home/ada/lib/.venv/bin/witlens",
      "/usr/local/bin/witlens",
      "/usr/bin/witlens",
      "/storage/server/bin/witlens",
    ]);
  });

  void test("nothing of an untrusted workspace is run", () => {
    const places = commands({ trusted: false, interpreter: "/home/ada/app/env/bin/python" });
    assert.deepEqual(
      places.filter((command) => command.startsWith("/home/ada/")),
      [],
    );
    assert(places.includes("/usr/bin/witlens"));
  });

  void test("a relative entry of PATH is left out", () => {
    assert.deepEqual(commands({ folders: [], searchPath: ".:node_modules/.bin::/usr/bin" }), [
      "/usr/bin/witlens",
      "/storage/server/bin/witlens",
    ]);
  });

  void test("the setting counts alone", () => {
    for (const [setting, command] of [
      ["/opt/witlens", "/opt/witlens"],
      ["~/bin/witlens", "/home/ada/bin/witlens"],
      ["tools/witlens", "/home/ada/app/tools/witlens"],
      ["${workspaceFolder}/env/bin/witlens", "/home/ada/app/env/bin/witlens"],
      ["witlens-dev", "witlens-dev"],
    ] as const) {
      assert.deepEqual(candidates({ ...PLACES, setting }), [{ command, origin: "setting" }]);
    }
  });

  void test("on Windows, programs are called as there", () => {
    const windows = { windows: true, folders: ["C:\\app"], searchPath: "C:\\py;tools", ownEnvironment: "C:\\own" };
    assert.deepEqual(commands(windows), [
      "C:\\app\\.venv\\Scripts\\witlens.exe",
      "C:\\py\\witlens.exe",
      "C:\\own\\Scripts\\witlens.exe",
    ]);
  });

  void test("what `--version` says tells the server from other programs", () => {
    assert.equal(versionIn("witlens 0.1.0\n"), "0.1.0");
    assert.equal(versionIn("witlens 1.2.3rc1\r\n"), "1.2.3rc1");
    assert.equal(versionIn("other 1.2.3"), undefined);
    assert.equal(versionIn(""), undefined);
  });

  void test("an old one does not do", () => {
    assert(isAtLeast("0.2.0", "0.2.0"));
    assert(isAtLeast("0.10.0", "0.9.3"));
    assert(isAtLeast("1.0.0", "0.9.3"));
    assert(isAtLeast("0.2.0rc1", "0.2.0"));
    assert(!isAtLeast("0.1.9", "0.2.0"));
    assert(!isAtLeast("0.9.10", "1.0.0"));
    // What the two of one release say of themselves fits together.
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    assert(isAtLeast(version, OLDEST_SERVER));
  });
});

void suite("installing the server", () => {
  void test("with uv, and with pip", () => {
    assert.deepEqual(installSteps({ kind: "uv", uv: "uv" }, "/s/server", "witlens", false).map(shown), [
      'uv venv --clear --python ">=3.11" /s/server',
      "uv pip install --python /s/server/bin/python --upgrade witlens",
    ]);
    assert.deepEqual(installSteps({ kind: "pip", python: "py" }, "C:\\My Data\\server", "witlens", true).map(shown), [
      'py -m venv --clear "C:\\My Data\\server"',
      '"C:\\My Data\\server\\Scripts\\python.exe" -m pip install --disable-pip-version-check --upgrade witlens',
    ]);
  });

  void test("an old Python does not do", () => {
    assert(isNewEnough("Python 3.11.2\n"));
    assert(isNewEnough("Python 3.14.0rc1"));
    assert(!isNewEnough("Python 3.9.18"));
    assert(!isNewEnough("Python 2.7.18"));
    assert(!isNewEnough(""));
  });
});

void suite("what the server is at work on", () => {
  void test("the last thing that began is told, with how far it is and how many others there are", () => {
    const busy = new BusyList();
    assert.equal(busy.note(1, { kind: "begin", title: "Building demo", percentage: 0 }), "Building demo 0 %");
    assert.equal(busy.note(1, { kind: "report", message: "cargo", percentage: 40.4 }), "Building demo: cargo 40 %");
    assert.equal(busy.note("2", { kind: "begin", title: "Reading folders" }), "Reading folders (and 1 more)");
    assert.equal(busy.note(1, { kind: "report", percentage: 50 }), "Reading folders (and 1 more)");
    assert.equal(busy.note("2", { kind: "end" }), "Building demo: cargo 50 %");
    assert.equal(busy.note(1, { kind: "end" }), undefined);
    assert.equal(busy.note(1, { kind: "end" }), undefined);
  });

  void test("nothing is left of a server that has ended", () => {
    const busy = new BusyList();
    busy.note(1, { kind: "begin", title: "Building demo" });
    busy.clear();
    assert.equal(busy.note(2, { kind: "end" }), undefined);
  });
});

void suite("a new component", () => {
  void test("is offered in the languages that the server knows", () => {
    const source = readFileSync(path.join(ROOT, "../runtime/witlens_runtime/starting/__init__.py"), "utf8");
    const known = [...source.matchAll(/^ {4}Language\("(\w+)", "([^"]+)"/gm)].map(([, name, title]) => ({ name, title }));
    assert(known.length > 3, "the languages are not where they were");
    assert.deepEqual(
      LANGUAGES.map(({ name, title }) => ({ name, title })),
      known,
    );
  });

  void test("takes names as WIT does", () => {
    for (const name of ["hello", "key-value", "a1-b2"]) {
      assert.equal(problemOfName(name), undefined, name);
    }
    for (const name of ["", "Hello", "key_value", "1st", "-a", "a-", "a--b", "a b", "a-1", "--language"]) {
      assert.notEqual(problemOfName(name), undefined, name);
    }
  });

  void test("is made by words that no folder can change", () => {
    const [python] = LANGUAGES;
    assert(python);
    assert.deepEqual(beginning(python, "hello", "/home/ada/my app/hello"), [
      "new", "--language", "python", "--name", "hello", "--", "/home/ada/my app/hello",
    ]);
  });
});
