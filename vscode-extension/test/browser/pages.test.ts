// The pages of the workbench for everybody: themes, keyboard, narrow windows, screen readers; and names that mean harm.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, suite, test } from "node:test";
import axe from "axe-core";
import type { Frame } from "playwright-core";
import { type Code, type Window, missing, startCode, workspace } from "./editor";

const reason = missing();

const HARM = `<img src="https://harm.invalid/x.png" onerror="document.title='harm'">`;

const WIT = `package demo:draw;

/// Shapes, and where they are.
interface shapes {
  record point { x: s32, y: s32 }
  enum colour { red, green }
  flags style { bold, dashed }
  variant shape { dot, circle(u32), text(string) }

  /// Draws a \`shape\`, **once**:
  ///
  /// * at a point,
  /// * in a colour.
  ///
  /// ${HARM}
  draw: func(at: point, how: style, what: shape, tags: list<string>, fill: option<colour>, twice: bool) -> string;
}

world drawing {
  import log: func(line: string);
  export shapes;
}
`;

const THEMES = {
  "Default Light Modern": "vscode-light",
  "Default Dark Modern": "vscode-dark",
  "Default High Contrast": "vscode-high-contrast",
  "Default High Contrast Light": "vscode-high-contrast-light",
} as const;

void suite("pages for everybody", { skip: reason ?? false }, () => {
  let code: Code;
  let window: Window | undefined;

  before(async () => {
    code = await startCode();
  });

  after(() => code.stop());

  afterEach(async (context) => {
    await window?.picture(`last of ${"name" in context ? context.name.replaceAll("`", "") : "a test"}`);
  });

  async function open(): Promise<Window> {
    await window?.close();
    const folder = workspace({ "wit/draw.wit": WIT, ".vscode/settings.json": "{}" });
    writeFileSync(join(folder, "harm.wasm"), harmful());
    window = await code.open(folder);
    await window.openFile("wit/draw.wit");
    await window.ready();
    return window;
  }

  /** Opens each page, and does something with it. */
  async function eachPage(vscode: Window, look: (name: string, page: Frame) => Promise<void>): Promise<void> {
    const pages: Record<string, () => Promise<void>> = {
      form: async () => {
        await vscode.command("Witlens: Invoke a Function...");
        const form = vscode.webview();
        await form.getByRole("heading", { name: "shapes.draw" }).waitFor();
        await form.getByRole("button", { name: "Add an element to tags" }).click();
        await form.getByLabel(/^x/).fill("far");
        await form.locator(".mistake").filter({ hasText: /s32/ }).first().waitFor();
      },
      layout: async () => {
        await vscode.goToText("wit/draw.wit", "variant shap");
        await vscode.command("Witlens: Show Memory Layout");
        await vscode.webview().locator("#bytes td").first().waitFor();
      },
      diagram: async () => {
        await vscode.command("Witlens: Show Diagram");
        await vscode.webview().getByRole("link").first().waitFor();
      },
      binary: async () => {
        await vscode.openTab("harm.wasm");
        await vscode.webview().getByRole("heading", { name: "harm.wasm" }).waitFor();
      },
    };
    for (const [name, begin] of Object.entries(pages)) {
      await vscode.openFile("wit/draw.wit");
      await begin();
      await look(name, await vscode.frame());
      await vscode.command("View: Close All Editors");
    }
  }

  void test("each page passes the checks of axe in every theme, and takes nothing from elsewhere", async () => {
    const vscode = await open();
    const asked: string[] = [];
    vscode.page.on("request", (request) => asked.push(request.url()));
    await eachPage(vscode, async (name, page) => {
      assert.deepEqual(await page.evaluate(dangers), [], name);
      await page.evaluate(axe.source);
      for (const [theme, kind] of Object.entries(THEMES)) {
        vscode.write(".vscode/settings.json", JSON.stringify({ "workbench.colorTheme": theme }));
        await page.locator(`body.${kind}`).waitFor();
        await page.waitForFunction((wanted) => document.body.dataset["vscodeThemeKind"] === wanted, kind);
        const found = await page.evaluate(complaints);
        await vscode.picture(`${name} ${kind.replace("vscode-", "")}`);
        assert.deepEqual(found, [], `${name} in ${theme}`);
      }
    });
    const elsewhere = asked.filter((url) => !/^(data|blob|vscode-file):|^https?:\/\/(127\.0\.0\.1:\d+|[\w+.-]+\.vscode-cdn\.net)\//.test(url));
    assert.deepEqual(elsewhere, []);
  });

  void test("each page fits into a narrow window", async () => {
    const vscode = await open();
    await vscode.page.setViewportSize({ width: 760, height: 600 });
    await eachPage(vscode, async (name, page) => {
      await vscode.picture(`${name} narrow`);
      const size = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert(size.clientWidth < 450, `${name} is not narrow`);
      assert(size.scrollWidth <= size.clientWidth, `${name} is wider than its window: ${JSON.stringify(size)}`);
    });
  });

  void test("names that are HTML are shown as they are", async () => {
    const vscode = await open();
    await vscode.openTab("harm.wasm");
    const page = vscode.webview();
    await page.locator("td").filter({ hasText: HARM }).first().waitFor();
    await vscode.picture("harm");
    assert.equal(await page.locator("img").count(), 0);
    await page.getByRole("button", { name: "Show diagram" }).click();
    const diagram = vscode.webview();
    await diagram.locator("#picture svg").waitFor();
    await vscode.picture("harm in a diagram");
    assert.equal(await diagram.locator("img").count(), 0);
    assert.deepEqual(await (await vscode.frame()).evaluate(dangers), []);
    assert.match((await diagram.locator("#picture").textContent()) ?? "", /<img/);
  });

  void test("the form by keyboard alone", async () => {
    const vscode = await open();
    await vscode.command("Witlens: Invoke a Function...");
    const form = vscode.webview();
    await form.getByRole("heading", { name: "shapes.draw" }).waitFor();
    const frame = await vscode.frame();
    await frame.waitForFunction(() => document.activeElement?.matches("input"));
    const stops: string[] = [];
    for (let count = 0; count < 30 && stops.at(-1) !== "Invoke"; count += 1) {
      const stop = await frame.evaluate(focused);
      assert(stop.ring, `nothing shows that ${stop.name} has the focus`);
      stops.push(stop.name);
      await vscode.key("Tab");
    }
    assert.deepEqual(stops, ["x", "y", "bold", "dashed", "what", "Add an element to tags", "fill", "twice", "Invoke"]);
    await form.getByLabel(/^x/).focus();
    await vscode.key("Control+A");
    await vscode.type("3");
    await vscode.key("Tab", "Tab", "Space");
    await form.locator("#call").filter({ hasText: /draw\(\{x: 3, y: 0\}, \{bold\}/ }).waitFor();
    await vscode.picture("form by keyboard");
    await vscode.key("Control+Enter");
    await form.getByRole("status").filter({ hasText: "there is no component yet" }).waitFor();
    // And back to the text.
    await vscode.key("Control+1");
    await vscode.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  });

  void test("the tree and the diagram by keyboard alone", async () => {
    const vscode = await open();
    await vscode.command("View: Show WIT Components");
    const rows = vscode.page.locator(".pane-body .monaco-list-row");
    await rows.filter({ hasText: "drawing" }).waitFor();
    assert.match((await rows.filter({ hasText: "drawing" }).getAttribute("aria-label")) ?? "", /^world drawing of demo:draw/);
    await vscode.command("Components: Focus on Components View");
    await vscode.page.locator(".pane-body .monaco-list:focus").waitFor();
    await vscode.key("Home", "Enter");
    const line = WIT.split("\n").findIndex((text) => text.startsWith("world")) + 1;
    const at = (line: number) => vscode.page.locator(".statusbar-item").filter({ hasText: `Ln ${line},` });
    await at(line).waitFor();
    await vscode.command("Components: Focus on Components View");
    await vscode.page.locator(".pane-body .monaco-list:focus").waitFor();
    const arrives = (text: string) => rows.filter({ hasText: text }).and(vscode.page.locator(".focused")).waitFor();
    await vscode.key("End");
    await arrives("exports");
    for (const text of ["demo:draw/shapes", "func(at:"]) {
      await vscode.key("ArrowRight");
      await rows.filter({ hasText: text }).waitFor();
      await vscode.key("ArrowDown");
      await arrives(text);
    }
    await vscode.picture("tree by keyboard");
    await vscode.key("Enter");
    await at(WIT.split("\n").findIndex((text) => text.includes("draw: func")) + 1).waitFor();

    await vscode.command("Witlens: Show Diagram");
    const diagram = vscode.webview();
    await diagram.getByRole("link").first().waitFor();
    await vscode.command("View: Focus Next Editor Group");
    const frame = await vscode.frame();
    await frame.waitForFunction(() => document.hasFocus());
    const stops: string[] = [];
    for (let count = 0; count < 12 && !(stops.at(-1) ?? "").startsWith("import log"); count += 1) {
      await vscode.key("Tab");
      const stop = await frame.evaluate(focused);
      stops.push(stop.name);
      assert(stop.name === "" || stop.ring, `nothing shows that ${stop.name} has the focus`);
    }
    assert(stops.at(-1)?.startsWith("import log"), stops.join(", "));
    await vscode.picture("diagram by keyboard");
    await vscode.key("Enter");
    await at(WIT.split("\n").findIndex((text) => text.includes("import log")) + 1).waitFor();
  });
});

/** What in a page could run or load something that is not ours. Runs in the page. */
function dangers(): string[] {
  const found: string[] = [];
  const policy = document.querySelector("meta[http-equiv='Content-Security-Policy']")?.getAttribute("content") ?? "";
  if (!policy.startsWith("default-src 'none'") || policy.includes("unsafe") || policy.includes("*;")) {
    found.push(`policy: ${policy}`);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || /^\s*javascript:/i.test(value)) {
        found.push(`${element.tagName} ${name}`);
      }
    }
    if (/^(img|iframe|object|embed|foreignobject|base)$/i.test(element.tagName)) {
      found.push(element.tagName);
    }
  }
  return found;
}

/** What axe finds. Runs in the page. */
async function complaints(): Promise<string[]> {
  const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { iframes: false });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary ?? ""}`),
  );
}

/** What has the focus, and whether one sees it. Runs in the page. */
function focused(): { name: string; ring: boolean } {
  const element = document.activeElement;
  if (element === null || element === document.body) {
    return { name: "", ring: false };
  }
  const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
  const label = labels?.[0]?.firstChild?.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  // In a diagram the box around a name is drawn.
  const box = element.querySelector(":scope > .hit");
  return {
    name: (element.getAttribute("aria-label") ?? label ?? element.textContent).trim(),
    ring: (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || (box !== null && getComputedStyle(box).stroke !== "none"),
  };
}

/** A core module in a component, all of whose names are HTML. */
function harmful(): Uint8Array {
  const text = new TextEncoder();
  const size = (number: number): number[] => (number < 128 ? [number] : [(number & 127) | 128, ...size(number >> 7)]);
  const sized = (bytes: readonly number[]) => [...size(bytes.length), ...bytes];
  const name = (value: string) => sized([...text.encode(value)]);
  const section = (id: number, ...bytes: readonly number[]) => [id, ...sized(bytes)];
  const module = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, 1, 0x60, 0, 0),
    ...section(2, 1, ...name(HARM), ...name(`</script>${HARM}`), 0, 0),
    ...section(7, 1, ...name(`"'>${HARM}`), 0, 0),
    ...section(0, ...name("producers"), 1, ...name("language"), 1, ...name(HARM), ...name(HARM)),
    ...section(0, ...name("name"), 0, ...sized(name(HARM))),
  ];
  return new Uint8Array(module);
}
