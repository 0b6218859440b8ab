// The memory layout of a type beside the editor, byte by byte; it follows the cursor.
import * as vscode from "vscode";
import type { Session } from "../server/session";
import { html, webviewOptions } from "./page";
import { ask, type Place, Refused, show, shown } from "./protocol";

type Pointer = "i32" | "i64";

type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "ask"; readonly pointer: Pointer; readonly value: string | null }
  | { readonly kind: "open" };

interface Answer {
  readonly item: string;
  readonly place: Place | null;
}

interface Cursor {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Milliseconds that the cursor rests before the view follows it. */
const CALM = 250;

export class AbiPanel {
  private static current: AbiPanel | undefined;
  private answer: Answer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pointer: Pointer = "i32";

  private constructor(
    private readonly session: Session,
    private readonly panel: vscode.WebviewPanel,
    private cursor: Cursor,
  ) {}

  /** Shows what is under the cursor of an editor. */
  static async show(context: vscode.ExtensionContext, session: Session, editor: vscode.TextEditor): Promise<void> {
    const cursor = cursorOf(editor);
    const known = AbiPanel.current;
    if (known !== undefined) {
      known.panel.reveal(undefined, true);
      await known.look(cursor, true);
      return;
    }
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("witlens.abi", "Memory Layout", where, webviewOptions(context));
    const made = new AbiPanel(session, panel, cursor);
    AbiPanel.current = made;
    const later = (editor: vscode.TextEditor) => {
      if (editor.document.languageId === "wit") {
        clearTimeout(made.timer);
        made.timer = setTimeout(() => void made.look(cursorOf(editor), false), CALM);
      }
    };
    const subscriptions = vscode.Disposable.from(
      panel.webview.onDidReceiveMessage((message: FromPage) => shown(() => made.received(message))),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        later(textEditor);
      }),
    );
    panel.onDidDispose(() => {
      AbiPanel.current = undefined;
      clearTimeout(made.timer);
      subscriptions.dispose();
    });
    panel.webview.html = html(context, panel.webview, { title: "Memory Layout", script: "abi", body: BODY });
  }

  /** Looks at another place. Where nothing has a layout, the view stays as it is unless a person asked. */
  private async look(cursor: Cursor, asked: boolean): Promise<void> {
    await this.request(cursor, null, asked);
  }

  private async request(cursor: Cursor, value: string | null, asked: boolean): Promise<void> {
    const params = { ...cursor, pointer: this.pointer, ...(value === null ? {} : { value }) };
    try {
      const answer = await ask<Answer>(this.session, "witlens/abi", params);
      const isSame = value !== null || this.answer?.item === answer.item;
      this.cursor = cursor;
      this.answer = answer;
      this.panel.title = `Memory Layout: ${answer.item}`;
      await this.panel.webview.postMessage({ kind: "answer", answer, isSame, withValue: value !== null });
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      if (asked || this.answer === undefined) {
        await this.panel.webview.postMessage({ kind: "refused", message: error.message });
      }
    }
  }

  private async received(message: FromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.look(this.cursor, true);
      case "ask":
        this.pointer = message.pointer;
        return this.request(this.cursor, message.value, true);
      case "open":
        if (this.answer?.place) {
          await show(this.session, this.answer.place);
        }
    }
  }
}

function cursorOf(editor: vscode.TextEditor): Cursor {
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

const BODY = `<header class="bar">
  <span class="grow" id="title" role="heading" aria-level="1"></span>
  <label>Memory <select id="pointer"><option value="i32">32-bit</option><option value="i64">64-bit</option></select></label>
  <button type="button" id="open">Go to WIT</button>
</header>
<main id="main">
  <p id="message" class="problem" role="status" hidden></p>
  <p id="facts"></p>
  <section id="layout" aria-label="Layout"></section>
  <section id="functions" hidden></section>
  <section id="values" hidden>
    <h2 id="value-title"><label for="value">A value, and its bytes</label></h2>
    <textarea id="value" rows="2" spellcheck="false" aria-describedby="value-problem"></textarea>
    <p id="value-problem" class="mistake" role="status"></p>
    <div id="bytes"></div>
  </section>
</main>`;
