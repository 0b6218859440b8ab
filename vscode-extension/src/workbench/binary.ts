// What opens a `.wasm`: a read-only page with its WIT, imports, exports, sizes, and what it needs to become a component.
import * as vscode from "vscode";
import type { Session } from "../server/session";
import { escaped, html, sizeOf, told, webviewOptions } from "./page";
import { ask, type Inspection, type InspectedItem, Refused } from "./protocol";

export const WASM_EDITOR = "witlens.wasm";
/** Documents with the WIT of a binary. */
export const WIT_SCHEME = "witlens-wit";

type FromPage = { readonly kind: "ready" } | { readonly kind: "diagram" } | { readonly kind: "wit" };

export class BinaryEditor implements vscode.CustomReadonlyEditorProvider {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    webview.options = webviewOptions(this.context);
    const name = uri.path.replace(/^.*\//, "");
    const fill = async () => {
      const body = await this.body(uri, name);
      webview.html = html(this.context, webview, { title: name, script: "binary", body });
    };
    const file = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), name),
    );
    const again = () => void fill();
    const subscriptions = vscode.Disposable.from(
      file,
      file.onDidChange(again),
      file.onDidCreate(again),
      this.session.onHealth(({ kind }) => {
        if (kind === "running") {
          again();
        }
      }),
      webview.onDidReceiveMessage(({ kind }: FromPage) => {
        if (kind === "diagram") {
          void vscode.commands.executeCommand("witlens.showDiagram", uri);
        } else if (kind === "wit") {
          void vscode.window.showTextDocument(witUri(uri), { viewColumn: vscode.ViewColumn.Beside });
        }
      }),
    );
    panel.onDidDispose(() => {
      subscriptions.dispose();
    });
    again();
  }

  private async body(uri: vscode.Uri, name: string): Promise<string> {
    try {
      return page(await ask<Inspection>(this.session, "witlens/inspect", { uri: uri.toString() }));
    } catch (error) {
      if (error instanceof Refused) {
        return `<main><h1>${escaped(name)}</h1><p class="problem" role="alert">${told(error.message)}</p></main>`;
      }
      throw error;
    }
  }
}

/** The WIT of a binary as a document, with colours and all. */
export class WitOfBinary implements vscode.TextDocumentContentProvider {
  constructor(private readonly session: Session) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const binary = vscode.Uri.parse(uri.query, true);
    const { wit } = await ask<Inspection>(this.session, "witlens/inspect", { uri: binary.toString() });
    return wit ?? "// There is no WIT in this file.\n";
  }
}

export function witUri(binary: vscode.Uri): vscode.Uri {
  const name = binary.path.replace(/^.*\//, "").replace(/\.wa(sm|t)$/, "");
  return vscode.Uri.from({ scheme: WIT_SCHEME, path: `/${name}.wit`, query: binary.toString() });
}

const KINDS = { module: "core module", component: "component", wit: "package of WIT in binary form" } as const;

function page(found: Inspection): string {
  const parts = [
    `<h1>${escaped(found.name)}</h1>`,
    `<p>${KINDS[found.kind]}, ${sizeOf(found.size)}${found.kind === "module" ? `, ${found.has_world ? "a" : "no"} world is embedded` : ""}</p>`,
    '<p><button type="button" id="diagram" class="primary">Show diagram</button> ',
    found.wit === null ? "" : '<button type="button" id="wit">Open its WIT</button>',
    "</p>",
  ];
  if (found.adapter !== null) {
    parts.push(
      `<p class="advice" role="note">To become a component it needs the <b>${escaped(found.adapter.name)}</b> adapter: `,
      `${told(found.adapter.why)}. <i>Witlens: Adapt</i> or <code>witlens adapt</code> puts it in.</p>`,
    );
  }
  for (const { code, message, names } of found.pitfalls) {
    parts.push(`<p class="problem" role="note"><b>${escaped(code)}</b>: ${told(message)}`);
    parts.push(names.length === 0 ? "</p>" : ` <code>${escaped(names.slice(0, 6).join(", "))}</code></p>`);
  }
  parts.push(side("Imports", found.imports, found.imports_left_out));
  parts.push(side("Exports", found.exports, found.exports_left_out));
  if (found.wit !== null) {
    parts.push(`<h2>WIT</h2><pre tabindex="0" aria-label="WIT">${escaped(found.wit.slice(0, 200_000))}</pre>`);
  }
  if (found.parts.length > 1) {
    const rows = found.parts.map(({ kind, name, start, end }) => [kind, name ?? "", sizeOf(end - start)]);
    parts.push(table("Modules and components inside", ["kind", "name", "size"], rows));
  }
  const sections = Object.entries(found.sections).map(([name, size]) => [name, sizeOf(size)]);
  parts.push(table("Sections", ["section", "size"], sections));
  const made = Object.entries(found.producers).flatMap(([field, entries]) =>
    Object.entries(entries).map(([name, version]) => [field, name, version]),
  );
  parts.push(table("Made by", ["field", "producer", "version"], made));
  return `<main>${parts.join("")}</main>`;
}

function side(title: string, items: readonly InspectedItem[], leftOut: number): string {
  const rows = items.flatMap((item) => {
    const name = item.module === undefined ? item.name : `${item.module} ${item.name}`;
    const functions = Object.entries(item.functions ?? {}).map(([one, told]) => ["", `  ${one}`, told]);
    return [[item.kind, name, typeOf(item)], ...functions];
  });
  const more = leftOut === 0 ? "" : `<p class="quiet">and ${leftOut} more</p>`;
  return rows.length === 0 ? `<h2>${title}</h2><p class="quiet">nothing</p>` : table(title, ["kind", "name", "type"], rows) + more;
}

function typeOf({ type, params, results }: InspectedItem): string {
  if (type !== undefined) {
    return type;
  }
  return params === undefined ? "" : `(${params.join(", ")}) -> ${results?.length ? results.join(", ") : "nothing"}`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) {
    return "";
  }
  const cells = (row: readonly string[]) =>
    row.map((text) => `<td class="mono">${text.startsWith("  ") ? "&#8195;" : ""}${escaped(text.trim())}</td>`).join("");
  const titles = head.map((one) => `<th scope="col">${one}</th>`).join("");
  const lines = rows.map((row) => `<tr>${cells(row)}</tr>`).join("");
  return `<h2>${title}</h2><table><thead><tr>${titles}</tr></thead><tbody>${lines}</tbody></table>`;
}
