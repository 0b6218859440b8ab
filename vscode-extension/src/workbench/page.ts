// The HTML page of a webview: nothing from elsewhere, one script and one style sheet of ours, both by nonce.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface Page {
  readonly title: string;
  /** The script in dist/webview/. */
  readonly script: string;
  /** HTML of our own making; whatever comes from elsewhere in it is escaped. */
  readonly body: string;
}

/** What a webview needs to show a page. */
export function webviewOptions(context: vscode.ExtensionContext): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return { enableScripts: true, localResourceRoots: [roots(context)], retainContextWhenHidden: true };
}

function roots(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.extensionUri, "dist", "webview");
}

export function html(context: vscode.ExtensionContext, webview: vscode.Webview, page: Page): string {
  const nonce = randomBytes(16).toString("base64url");
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(roots(context), name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${file("workbench.css")}">
</head>
<body data-nonce="${nonce}">
${page.body}
<script nonce="${nonce}" src="${file(`${page.script}.js`)}"></script>
</body>
</html>`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

/** The HTML of a message of the server: what stands between backticks in it as code. */
export function told(text: string): string {
  return escaped(text).replace(/`([^`]*)`/g, "<code>$1</code>");
}

export function sizeOf(bytes: number): string {
  if (bytes >= 1_000_000) {
    return `${(bytes / 1_000_000).toFixed(1)} MB`;
  }
  return bytes >= 1000 ? `${(bytes / 1000).toFixed(1)} kB` : `${bytes} bytes`;
}
