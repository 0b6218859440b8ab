// "Your first component": the files that the walkthrough begins with.
import * as vscode from "vscode";

const FILES: Readonly<Record<string, string>> = {
  "wit/first.wit": `package demo:first@0.1.0;

/// Everything that the component gives to others.
world first {
  /// The sum of two numbers.
  export add: func(a: u32, b: u32) -> u32;
}
`,
  "first.wat": `;; The component, in WebAssembly text: \`add\` as the Canonical ABI wants it.
(module
  (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))
`,
  "witlens.toml": `[component.first]
sources = ["first.wat"]
`,
};

/** Asks for a folder, puts the files into it that are not there yet, and opens it. */
export async function createFirstComponent(): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: "A folder for your first component",
    openLabel: "Create Here",
    canSelectFiles: false,
    canSelectFolders: true,
    ...(open === undefined ? {} : { defaultUri: open }),
  });
  const folder = chosen?.[0];
  if (folder === undefined) {
    return;
  }
  for (const [name, text] of Object.entries(FILES)) {
    const uri = vscode.Uri.joinPath(folder, name);
    if (!(await exists(uri))) {
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    }
  }
  if (vscode.workspace.getWorkspaceFolder(folder) === undefined) {
    await vscode.commands.executeCommand("vscode.openFolder", folder);
  } else {
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, "wit/first.wit"));
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
