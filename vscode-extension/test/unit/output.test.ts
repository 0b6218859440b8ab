// What components write, as lines.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { GuestLines } from "../../src/server/output";

void suite("what components write", () => {
  void test("says whose each line is, also where pieces end anywhere", () => {
    const lines = new GuestLines();
    const add = (text: string, component = "a", stream = "stdout") => lines.add({ component, stream, text });
    assert.equal(add("one\ntw"), "[a] one\n[a] tw");
    assert.equal(add("o\n"), "o\n");
    assert.equal(add("\n"), "[a] \n");
  });

  void test("begins a line where another one writes", () => {
    const lines = new GuestLines();
    assert.equal(lines.add({ component: "a", stream: "stdout", text: "asking? " }), "[a] asking? ");
    assert.equal(lines.add({ component: "a", stream: "stderr", text: "oh\n" }), "\n[a (stderr)] oh\n");
    assert.equal(lines.add({ component: "b", stream: "stdout", text: "yes" }), "[b] yes");
    assert.equal(lines.add({ component: "b", stream: "stdout", text: "" }), "");
  });
});
