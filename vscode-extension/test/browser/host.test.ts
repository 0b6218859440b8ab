// The tests of `test/host/`, which VS Code runs in its extension host; here they get their names in the report.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Code, missing, startCode, workspace } from "./editor";

const reason = missing();

void suite("in the extension host", { skip: reason ?? false }, () => {
  let code: Code;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  void test("all tests there", async (context) => {
    let done: string | undefined;
    for await (const line of code.inHost(workspace("mistakes"), "dist/test/host/index.js")) {
      const [, result, name] = /^(ok|not ok): ([^:]*)/.exec(line) ?? [];
      if (name !== undefined) {
        await context.test(name, () => {
          assert.equal(result, "ok", line);
        });
      } else if (line.startsWith("measured: ")) {
        context.diagnostic(line);
      } else if (line.startsWith("done: ")) {
        done = line;
      }
    }
    // Also where the extension host ends before its time.
    assert.match(done ?? "the tests did not come to their end", /^done: [1-9]\d* tests, 0 failed$/);
  });
});
