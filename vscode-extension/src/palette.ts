// Commands of the palette that do what lenses do: the lenses of the file in front say what there is to choose from; where
// none is in front, as in the walkthrough, those of all worlds.
import * as vscode from "vscode";
import type { Session } from "./server/session";
import { ask, shown, type World } from "./workbench/protocol";

interface Entry {
  /** The command of the server behind the lens. */
  readonly lens: string;
  /** What there is none of if there is no such lens. */
  readonly nothing: string;
}

/** By the names that package.json gives them. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  "witlens.here.build": { lens: "witlens.build", nothing: "no world here that could be built" },
  "witlens.here.adapt": { lens: "witlens.adapt", nothing: "no core module of a world here that could be adapted" },
  "witlens.here.conform": { lens: "witlens.conform", nothing: "no component that differs from a world here" },
  "witlens.here.chooseComponent": { lens: "witlens.chooseComponent", nothing: "no world here with several components" },
  "witlens.here.invoke": { lens: "witlens.invoke", nothing: "no function here that could be invoked" },
  "witlens.here.runWorld": { lens: "witlens.runWorld", nothing: "no program here that could be run" },
  "witlens.here.runCall": { lens: "witlens.runCall", nothing: "no call here" },
  "witlens.here.runAll": { lens: "witlens.runAll", nothing: "no calls here" },
};

/** Registers the commands. */
export function registerPalette(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(ENTRIES).map(([name, entry]) =>
      vscode.commands.registerCommand(name, () => shown(() => run(session, entry))),
    ),
  );
}

interface Choice extends vscode.QuickPickItem {
  readonly command: vscode.Command;
  readonly document: vscode.TextDocument;
}

async function run(session: Session, { lens, nothing }: Entry): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const inFront = editor !== undefined && ["wit", "wave"].includes(editor.document.languageId) ? editor : undefined;
  const documents = inFront === undefined ? await documentsOfWorlds(session) : [inFront.document];
  const found: { lens: vscode.CodeLens; document: vscode.TextDocument }[] = [];
  for (const document of documents) {
    const lenses = (await lensesOf(document)).filter(({ command }) => command?.command === lens);
    found.push(...lenses.map((lens) => ({ lens, document })));
  }
  const line = inFront?.selection.active.line;
  // What stands at the cursor needs no question.
  const here = found.filter(({ lens }) => lens.range.start.line === line);
  const choices = (here.length > 0 ? here : found).flatMap(({ lens: { command, range }, document }): Choice[] =>
    command === undefined
      ? []
      : [{ label: command.title, description: document.lineAt(range.start.line).text.trim(), command, document }],
  );
  const choice =
    choices.length > 1 ? await vscode.window.showQuickPick(choices, { matchOnDescription: true }) : choices[0];
  if (choice !== undefined) {
    if (inFront === undefined) {
      await vscode.window.showTextDocument(choice.document);
    }
    await vscode.commands.executeCommand(choice.command.command, ...((choice.command.arguments ?? []) as unknown[]));
  } else if (choices.length === 0) {
    void vscode.window.showInformationMessage(`Witlens: there is ${nothing}.`);
  }
}

/** The files in which the worlds of the workspace stand, and the interfaces that they export. */
async function documentsOfWorlds(session: Session): Promise<vscode.TextDocument[]> {
  await session.settled();
  const { worlds } = await ask<{ worlds: readonly World[] }>(session, "witlens/components", {});
  const places = worlds.flatMap(({ place, exports }) => [place, ...exports.map((one) => one.place)]);
  const uris = new Set(places.flatMap((place) => (place === null ? [] : [place.uri])));
  return Promise.all([...uris].map((uri) => vscode.workspace.openTextDocument(vscode.Uri.parse(uri))));
}

async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>(
    "vscode.executeCodeLensProvider",
    document.uri,
    1000,
  );
  return found ?? [];
}
