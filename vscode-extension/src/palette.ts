// Commands of the palette that do what lenses do: the lenses of the file in front say what there is to choose from.
import * as vscode from "vscode";

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
export function registerPalette(): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(ENTRIES).map(([name, entry]) => vscode.commands.registerCommand(name, () => run(entry))),
  );
}

interface Choice extends vscode.QuickPickItem {
  readonly command: vscode.Command;
}

async function run({ lens, nothing }: Entry): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !["wit", "wave"].includes(editor.document.languageId)) {
    void vscode.window.showInformationMessage("Witlens: open a WIT file or a call file first.");
    return;
  }
  const { document, selection } = editor;
  const found = (await lensesOf(document)).filter(({ command }) => command?.command === lens);
  const line = selection.active.line;
  // What stands at the cursor needs no question.
  const here = found.filter(({ range }) => range.start.line === line);
  const choices = (here.length > 0 ? here : found).flatMap(({ command, range }): Choice[] =>
    command === undefined
      ? []
      : [{ label: command.title, description: document.lineAt(range.start.line).text.trim(), command }],
  );
  const choice =
    choices.length > 1 ? await vscode.window.showQuickPick(choices, { matchOnDescription: true }) : choices[0];
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice.command.command, ...((choice.command.arguments ?? []) as unknown[]));
  } else if (choices.length === 0) {
    void vscode.window.showInformationMessage(`Witlens: there is ${nothing}.`);
  }
}

async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[] | undefined>(
    "vscode.executeCodeLensProvider",
    document.uri,
    1000,
  );
  return found ?? [];
}
