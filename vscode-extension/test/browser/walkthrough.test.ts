// The walkthrough as a newcomer plays it: from an empty folder to an answer, by the buttons of its steps.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import { type Code, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();

void suite("your first component", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window;

  before(async () => {
    code = await startCode();
    window = await code.open(workspace({ "notes.txt": "Nothing yet.\n" }));
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window.picture(`last of ${"name" in context ? context.name : "a test"}`);
  });

  /** Brings the walkthrough to the front, at a step. */
  async function step(title: string): Promise<void> {
    const heading = window.page.locator(".gettingStartedContainer .getting-started-step").filter({ hasText: title }).first();
    await window.command("Witlens: Open the Walkthrough: Your First Component");
    await heading.waitFor();
    if (!((await heading.getAttribute("class")) ?? "").includes("expanded")) {
      await heading.locator(".step-title").click();
    }
    await heading.and(window.page.locator(".expanded")).waitFor();
  }

  async function press(name: string): Promise<void> {
    await window.page.locator(".gettingStartedContainer .getting-started-step.expanded").getByRole("button", { name }).click();
  }

  async function done(title: string): Promise<void> {
    await window.command("Witlens: Open the Walkthrough: Your First Component");
    const heading = window.page.locator(".gettingStartedContainer .getting-started-step").filter({ hasText: title }).first();
    await heading.locator(".codicon-getting-started-step-checked").waitFor();
  }

  void test("the walkthrough, from nothing to an answer", async () => {
    await window.command("Witlens: Open the Walkthrough: Your First Component");
    await window.ready();
    await window.picture("walkthrough");
    await done("The server");
    await step("A world and its component");
    await press("New Component...");
    await window.choose("WebAssembly text");
    await window.page.locator(".quick-input-widget").filter({ hasText: "New Component (2/3)" }).waitFor();
    await window.confirm();
    await window.choose("hello");
    await window.page.locator(".tab.active").filter({ hasText: "world.wit" }).waitFor();
    await window.lens(/^Build/).first().waitFor();
    await done("A world and its component");
    await step("Build it");
    await window.picture("walkthrough build");
    await press("Build");
    await window.until(
      () => (existsSync(join(window.folder, "hello/build/hello.wasm")) ? true : undefined),
      "nothing was built",
    );
    await window.notification("built hello.wasm").waitFor();
    await done("Build it");
    await step("Call it and get an answer");
    await press("Invoke");
    const form = window.webview();
    await form.getByRole("heading", { name: /greet/ }).waitFor();
    await form.getByRole("textbox").first().fill("Ada");
    await form.locator("#call").filter({ hasText: '"Ada"' }).waitFor();
    await form.getByRole("button", { name: "Invoke" }).click();
    await form.locator(".answer").filter({ hasText: "Hello, Ada!" }).waitFor();
    await window.picture("walkthrough answer");
    await done("Call it and get an answer");
    await step("Look inside");
    await press("Show Diagram");
    await window.webview().locator("#picture svg").waitFor();
    await window.picture("walkthrough diagram");
    assert(existsSync(join(window.folder, "hello/calls.wave")));
  });
});
