// The picture of a world or component, beside the editor; a click leads to the WIT, and it can be saved as SVG.
import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Session } from "../server/session";
import { html, webviewOptions } from "./page";
import { ask, type Diagram, Refused, show, shown } from "./protocol";

/** What to draw: a WIT file with a world or a position in it, or a `.wasm`. */
export interface Subject {
  readonly uri: string;
  readonly world?: string;
  readonly position?: { readonly line: number; readonly character: number };
}

type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "open"; readonly subject: number }
  | { readonly kind: "choose"; readonly world: string }
  | { readonly kind: "save" };

/** Milliseconds after the last change of a text until the picture follows it. */
const CALM = 400;

export class DiagramPanel {
  private static current: DiagramPanel | undefined;
  private drawn: Diagram | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly session: Session,
    private readonly panel: vscode.WebviewPanel,
    private subject: Subject,
  ) {}

  /** Shows the picture of something, in the one panel that there is. */
  static async show(context: vscode.ExtensionContext, session: Session, subject: Subject): Promise<void> {
    const known = DiagramPanel.current;
    if (known !== undefined) {
      known.subject = subject;
      known.panel.reveal(undefined, true);
      await known.draw();
      return;
    }
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("witlens.diagram", "Diagram", where, webviewOptions(context));
    const made = new DiagramPanel(session, panel, subject);
    DiagramPanel.current = made;
    const subscriptions = vscode.Disposable.from(
      panel.webview.onDidReceiveMessage((message: FromPage) => shown(() => made.received(message))),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "wit") {
          made.drawSoon();
        }
      }),
      session.onHealth(({ kind }) => {
        if (kind === "running") {
          made.drawSoon();
        }
      }),
    );
    panel.onDidDispose(() => {
      DiagramPanel.current = undefined;
      clearTimeout(made.timer);
      subscriptions.dispose();
    });
    panel.webview.html = html(context, panel.webview, { title: "Diagram", script: "diagram", body: BODY });
  }

  private drawSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), CALM);
  }

  private async draw(): Promise<void> {
    try {
      const drawn = await ask<Diagram>(this.session, "witlens/diagram", this.subject);
      this.drawn = drawn;
      if (drawn.world !== undefined) {
        this.subject = { uri: this.subject.uri, world: drawn.world };
      }
      this.panel.title = `Diagram: ${shortName(drawn.title)}`;
      await this.panel.webview.postMessage({ kind: "drawn", drawn });
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      await this.panel.webview.postMessage({ kind: "refused", message: error.message });
    }
  }

  private async received(message: FromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.draw();
      case "choose":
        this.subject = { uri: this.subject.uri, world: message.world };
        return this.draw();
      case "open": {
        const place = this.drawn?.places[message.subject];
        if (place) {
          await show(this.session, place);
        }
        return;
      }
      case "save":
        return this.save();
    }
  }

  private async save(): Promise<void> {
    const { drawn } = this;
    if (drawn === undefined) {
      return;
    }
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `${shortName(drawn.title).replace(/[^\w.-]+/g, "-")}.svg`;
    const target = await vscode.window.showSaveDialog({
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { SVG: ["svg"] },
      title: "Save the diagram",
    });
    if (target !== undefined) {
      await writeFile(target.fsPath, drawn.svg);
    }
  }
}

/** A world's own name, without package and version. */
function shortName(title: string): string {
  return title.replace(/@.*$/, "").replace(/^.*\//, "");
}

const BODY = `<header class="bar">
  <label class="worlds" hidden>World <select id="worlds"></select></label>
  <span class="grow" id="title" role="heading" aria-level="1"></span>
  <button type="button" id="smaller" aria-label="Smaller" title="Smaller">−</button>
  <button type="button" id="fit" aria-pressed="true" title="Fit into the window">Fit</button>
  <button type="button" id="larger" aria-label="Larger" title="Larger">+</button>
  <button type="button" id="save" class="primary">Save as SVG…</button>
</header>
<main>
  <p id="message" class="problem" role="status" hidden></p>
  <div id="picture" tabindex="-1"></div>
</main>`;
