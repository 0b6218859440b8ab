// Composing: which components go into which, and where the result goes.
import * as path from "node:path";
import * as vscode from "vscode";
import { askedForTrust, type Session } from "../server/session";
import { WASM_EDITOR } from "./binary";
import { command } from "./protocol";

interface Choice extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
}

/** More files than this are not offered. */
const MOST = 500;

/** Links components into one; `component` is the one whose imports are given. */
export async function compose(session: Session, component?: vscode.Uri): Promise<void> {
  if (!(await askedForTrust())) {
    return;
  }
  const found = await vscode.workspace.findFiles("**/*.wasm", "**/node_modules/**", MOST);
  const choices = found
    .map((uri): Choice => ({ label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(uri), uri }))
    .sort((one, other) => (one.description ?? "").localeCompare(other.description ?? ""));
  const socket =
    component ??
    (await vscode.window.showQuickPick(choices, { title: "Compose (1/3)", placeHolder: "The component whose imports are given", ignoreFocusOut: true }))
      ?.uri;
  if (socket === undefined) {
    return;
  }
  const plugs = await vscode.window.showQuickPick(
    choices.filter(({ uri }) => uri.toString() !== socket.toString()),
    { title: "Compose (2/3)", placeHolder: `Components whose exports go into ${path.basename(socket.fsPath)}`, canPickMany: true, ignoreFocusOut: true },
  );
  if (plugs === undefined || plugs.length === 0) {
    return;
  }
  const name = path.basename(socket.fsPath, ".wasm");
  const output = await vscode.window.showSaveDialog({
    title: "Compose (3/3)",
    defaultUri: vscode.Uri.joinPath(socket, "..", `${name}.composed.wasm`),
    filters: { WebAssembly: ["wasm"] },
  });
  if (output === undefined) {
    return;
  }
  const { component: made } = await command<{ readonly component: string | null }>(session, "witlens.compose", {
    component: socket.fsPath,
    plugs: plugs.map(({ uri }) => uri.fsPath),
    output: output.fsPath,
  });
  if (made !== null) {
    await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(made), WASM_EDITOR);
  }
}
