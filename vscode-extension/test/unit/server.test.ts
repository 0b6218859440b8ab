// Where the server is looked for, and how it is installed.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Places, candidates, versionIn } from "../../src/server/locate";
import { installSteps, isNewEnough, shown } from "../../src/server/steps";

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
