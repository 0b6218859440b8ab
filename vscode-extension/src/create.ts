// Commands that make files: a new component with its project, and a new call file for a world.
// Questions stay when the focus goes elsewhere, as it does when the walkthrough that led here is drawn anew.
import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { beginning, callFileOf, LANGUAGES, type Language, problemOfName } from "./server/beginning";
import { run } from "./server/find";
import { askedForTrust, type Session } from "./server/session";

/** Asks for language, name and folder, has the server's command line make the project, and opens its WIT. */
export async function newComponent(session: Session): Promise<void> {
  const server = await running(session);
  if (server === undefined || !(await askedForTrust())) {
    return;
  }
  const language = await askForLanguage();
  const name = language && (await askForName());
  const folder = name === undefined ? undefined : await askForFolder(name);
  if (language === undefined || name === undefined || folder === undefined) {
    return;
  }
  const { problem } = await run(server, beginning(language, name, folder.fsPath));
  if (problem !== undefined) {
    void vscode.window.showErrorMessage(`Witlens: ${problem.replace(/^witlens(?: new)?: (?:error: )?/, "")}`);
    return;
  }
  const wit = vscode.Uri.joinPath(folder, "wit", "world.wit");
  await vscode.window.showTextDocument(wit);
  if (vscode.workspace.getWorkspaceFolder(folder) === undefined) {
    const choice = await vscode.window.showInformationMessage(
      `${name} is begun in ${folder.fsPath}. Lenses build and call it when its folder is open.`,
      "Open Folder",
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand("vscode.openFolder", folder);
    }
  }
}

async function askForLanguage(): Promise<Language | undefined> {
  const choice = await vscode.window.showQuickPick(
    LANGUAGES.map((language) => ({ label: language.title, description: language.tools, language })),
    { title: "New Component (1/3)", placeHolder: "The language that it is written in", matchOnDescription: true, ignoreFocusOut: true },
  );
  return choice?.language;
}

function askForName(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "New Component (2/3)",
    prompt: "What the component is called in WIT",
    value: "hello",
    validateInput: problemOfName,
    ignoreFocusOut: true,
  });
}

/** Where it goes: below a folder of the workspace, or anywhere. */
async function askForFolder(name: string): Promise<vscode.Uri | undefined> {
  interface Place extends vscode.QuickPickItem {
    readonly uri?: vscode.Uri;
  }
  const places: Place[] = (vscode.workspace.workspaceFolders ?? [])
    .map(({ uri }) => vscode.Uri.joinPath(uri, name))
    .filter((uri) => uri.scheme === "file" && !existsSync(uri.fsPath))
    .map((uri) => ({ label: `$(new-folder) ${path.basename(uri.fsPath)}`, description: uri.fsPath, uri }));
  const elsewhere: Place = { label: "$(folder-opened) In another folder...", alwaysShow: true };
  const choice =
    places.length === 0
      ? elsewhere
      : await vscode.window.showQuickPick([...places, elsewhere], {
          title: "New Component (3/3)",
          placeHolder: "The folder of its project",
          ignoreFocusOut: true,
        });
  if (choice === undefined || choice.uri !== undefined) {
    return choice?.uri;
  }
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: `The folder in which the folder ${name} is made`,
      openLabel: "Begin Here",
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return parent && vscode.Uri.joinPath(parent, name);
}

/** A world as far as a call file names it. */
export interface NamedWorld {
  /** In full, with its package. */
  readonly world: string;
  /** The folder of its package. */
  readonly root: string;
}

/** Asks for a world and a place, and makes a call file there. */
export async function newCallFile(worlds: readonly NamedWorld[]): Promise<void> {
  const choices = worlds.map(({ world, root }) => ({
    label: world,
    description: vscode.workspace.asRelativePath(root),
    world,
    root,
  }));
  const choice =
    choices.length > 1
      ? await vscode.window.showQuickPick(choices, {
          title: "New Call File",
          placeHolder: "The world whose component is called",
          matchOnDescription: true,
          ignoreFocusOut: true,
        })
      : choices[0];
  if (choice === undefined) {
    if (choices.length === 0) {
      void vscode.window.showInformationMessage("Witlens: there is no world in this workspace that could be called.");
    }
    return;
  }
  const uri = await vscode.window.showSaveDialog({
    title: "New Call File",
    saveLabel: "Create",
    defaultUri: freeName(choice.root),
    filters: { "Call files": ["wave"] },
  });
  if (uri === undefined) {
    return;
  }
  const text = callFileOf(choice.world);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const end = new vscode.Position(text.split("\n").length - 1, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(end, end) });
}

/** The first of `calls.wave`, `calls-2.wave` ... that is not there; beside `wit/`, where projects have them. */
function freeName(root: string): vscode.Uri {
  const place = root.endsWith(".wit") ? path.dirname(root) : root;
  const folder = path.basename(place) === "wit" ? path.dirname(place) : place;
  for (let count = 1; ; count += 1) {
    const file = path.join(folder, count === 1 ? "calls.wave" : `calls-${count}.wave`);
    if (!existsSync(file)) {
      return vscode.Uri.file(file);
    }
  }
}

/** The command of the server that runs; if none does, says so. */
async function running(session: Session): Promise<string | undefined> {
  // The command may be what has woken the extension up.
  await session.settled();
  const { health } = session;
  if (health.kind === "running") {
    return health.server.command;
  }
  const choice = await vscode.window.showWarningMessage("Witlens: the server is not running.", "Start");
  if (choice !== undefined) {
    await vscode.commands.executeCommand("witlens.restartServer");
  }
  return undefined;
}
