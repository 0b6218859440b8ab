// Stands for the Python extension, which cannot be had from a package registry: the part of its API that tells which
// environment is chosen, with the shapes that it has there. The interpreter is named in the file `interpreter` of the folder.
const { readFileSync } = require("node:fs");
const vscode = require("vscode");

exports.activate = (context) => {
  const changed = new vscode.EventEmitter();
  let path = "";
  const read = () => {
    const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, "interpreter");
    path = readFileSync(file.fsPath, "utf8").trim();
  };
  read();
  context.subscriptions.push(
    vscode.commands.registerCommand("test.chooseInterpreter", () => {
      read();
      changed.fire({ id: path, path, resource: undefined });
    }),
  );
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: path, path }),
      resolveEnvironment: async (environment) => ({ executable: { uri: vscode.Uri.file(environment.path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
