// The form for the arguments of a function: asked for by type, checked by the server as one types, run as a call.
import * as vscode from "vscode";
import { askedForTrust, type Session } from "../server/session";
import { escaped, html, told, webviewOptions } from "./page";
import { prose } from "./prose";
import { ask, command, type RunAnswer, show, shown, type WorldName } from "./protocol";

/** A function as `witlens.invoke` takes it. */
export interface FunctionName extends WorldName {
  readonly function: string;
}

interface Form {
  readonly title: string;
  readonly world: string;
  readonly signature: string;
  readonly documentation: string;
  readonly questions: readonly unknown[];
  readonly notes: readonly string[];
}

interface FormText {
  readonly arguments: string;
  readonly call: string;
  readonly mistakes: readonly unknown[];
}

type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "answers"; readonly answers: unknown }
  | { readonly kind: "invoke"; readonly answers: unknown }
  | { readonly kind: "cancel" }
  | { readonly kind: "open" };

interface Invoked extends Partial<RunAnswer> {
  readonly uri: string;
  readonly line: number;
  readonly ran: boolean;
}

export class FormPanel {
  private static readonly open = new Map<string, FormPanel>();
  private running: vscode.CancellationTokenSource | undefined;
  private last: Invoked | undefined;

  private constructor(
    private readonly session: Session,
    private readonly panel: vscode.WebviewPanel,
    private readonly about: FunctionName,
    private readonly form: Form,
  ) {}

  /** Shows the form of a function; each has one. */
  static async show(context: vscode.ExtensionContext, session: Session, about: FunctionName): Promise<void> {
    const id = JSON.stringify([about.root, about.world, about.function]);
    const known = FormPanel.open.get(id);
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const form = await ask<Form>(session, "witlens/form", named(about));
    const where = vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel("witlens.form", `Invoke ${form.title}`, where, webviewOptions(context));
    const made = new FormPanel(session, panel, named(about), form);
    FormPanel.open.set(id, made);
    const subscription = panel.webview.onDidReceiveMessage((message: FromPage) => shown(() => made.received(message)));
    panel.onDidDispose(() => {
      FormPanel.open.delete(id);
      made.running?.cancel();
      subscription.dispose();
    });
    panel.webview.html = html(context, panel.webview, { title: form.title, script: "form", body: body(form) });
  }

  private async received(message: FromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        await this.panel.webview.postMessage({ kind: "form", questions: this.form.questions });
        return;
      case "answers":
        await this.check(message.answers);
        return;
      case "invoke":
        await this.invoke(message.answers);
        return;
      case "cancel":
        this.running?.cancel();
        return;
      case "open":
        if (this.last !== undefined) {
          const at = { line: this.last.line, character: 0 };
          await show(this.session, { uri: this.last.uri, range: { start: at, end: at } });
        }
    }
  }

  private async check(answers: unknown): Promise<FormText> {
    const text = await ask<FormText>(this.session, "witlens/formText", { ...this.about, answers });
    await this.panel.webview.postMessage({ kind: "checked", call: text.call, mistakes: text.mistakes });
    return text;
  }

  /** Writes the call into the call file of its world and runs it. */
  private async invoke(answers: unknown): Promise<void> {
    const text = await this.check(answers);
    if (text.mistakes.length > 0 || !(await askedForTrust())) {
      await this.panel.webview.postMessage({ kind: "done" });
      return;
    }
    this.running = new vscode.CancellationTokenSource();
    const argument = { ...this.about, arguments: text.arguments, show: false };
    try {
      const answer = await command<Invoked>(this.session, "witlens.invoke", argument, this.running.token);
      this.last = answer;
      const result = answer.results?.find(({ line }) => line === answer.line) ?? answer.results?.at(-1);
      const isGood = result !== undefined && (result.status === "returned" || result.status === "passed");
      const told = answer.ran
        ? isGood
          ? result.value || "it returned"
          : (result?.message ?? answer.message ?? "")
        : "The call is in the call file; there is no component yet that could run it.";
      await this.panel.webview.postMessage({ kind: "done", answer: told, isGood, isWritten: true });
    } catch (error) {
      await this.panel.webview.postMessage({
        kind: "done",
        answer: error instanceof Error ? error.message : String(error),
        isGood: false,
      });
    } finally {
      this.running.dispose();
      this.running = undefined;
    }
  }
}

/** What a form would ask for. */
export async function questionsOf(session: Session, about: FunctionName): Promise<readonly unknown[]> {
  return (await ask<Form>(session, "witlens/form", named(about))).questions;
}

function named({ world, root, function: name }: FunctionName): FunctionName {
  return { world, root, function: name };
}

function body({ title, world, signature, documentation, notes }: Form): string {
  return `<main>
<h1>${escaped(title)}</h1>
<p><code>${escaped(signature)}</code> <span class="quiet">in ${escaped(world)}</span></p>
${documentation === "" ? "" : prose(documentation)}
<p id="message" class="problem" role="alert" hidden></p>
<form id="form" class="form" novalidate></form>
<p class="call"><span class="quiet">The call: </span><code id="call"></code></p>
<p>
  <button type="submit" form="form" id="invoke" class="primary">Invoke</button>
  <button type="button" id="cancel" disabled>Cancel</button>
  <button type="button" id="open" hidden>Show in the call file</button>
</p>
<div id="answer" role="status" aria-live="polite"></div>
${notes.map((note) => `<p class="quiet">${told(note)}</p>`).join("\n")}
</main>`;
}
