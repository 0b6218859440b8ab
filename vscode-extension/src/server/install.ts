// Installs the server into the extension's own storage, in a terminal where everybody sees what is done.
import { mkdir } from "node:fs/promises";
import * as vscode from "vscode";
import { ownEnvironment, run } from "./find";
import { type Installer, type Step, helpAfter, installSteps, isNewEnough, shown } from "./steps";

const WINDOWS = process.platform === "win32";
const TASK = "witlens-install";
const PYTHONS = WINDOWS ? ["py", "python"] : ["python3", "python3.13", "python3.12", "python3.11", "python"];

/** Asks, installs, and says whether the server is there now. */
export async function installServer(context: vscode.ExtensionContext): Promise<boolean> {
  const installer = await chooseInstaller();
  if (installer === undefined) {
    const choice = await vscode.window.showErrorMessage(
      "Witlens needs uv, or Python 3.11 or later, and neither was found on PATH.",
      "How to get Python",
    );
    if (choice !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse("https://www.python.org/downloads/"));
    }
    return false;
  }
  const requirement = vscode.workspace.getConfiguration("witlens").get<string>("server.package", "witlens");
  return install(context, installer, requirement);
}

/** Installs a requirement after a person has agreed to the commands; if it fails, offers what else there is. */
async function install(context: vscode.ExtensionContext, installer: Installer, requirement: string): Promise<boolean> {
  const steps = installSteps(installer, ownEnvironment(context), requirement, WINDOWS);
  const choice = await vscode.window.showInformationMessage(
    `Install the Witlens server with ${installer.kind}?`,
    { modal: true, detail: `These commands run in a terminal:\n\n${steps.map(shown).join("\n\n")}` },
    "Install",
  );
  if (choice === undefined) {
    return false;
  }
  await mkdir(context.globalStorageUri.fsPath, { recursive: true });
  for (const step of steps) {
    const code = await inTerminal(step);
    if (code !== 0) {
      return otherwise(context, installer, step, requirement);
    }
  }
  return true;
}

/** Says that a step has failed, and what helps. */
async function otherwise(
  context: vscode.ExtensionContext,
  installer: Installer,
  step: Step,
  requirement: string,
): Promise<boolean> {
  const choice = await vscode.window.showErrorMessage(
    `The Witlens server was not installed: "${step.title}" failed, and the terminal says why. ${helpAfter(step, installer, requirement)}`,
    "Try Again",
    "Choose a Wheel...",
    "Set Path",
  );
  switch (choice) {
    case "Try Again":
      return install(context, installer, requirement);
    case "Choose a Wheel...": {
      const [wheel] = (await vscode.window.showOpenDialog({ title: "A wheel of Witlens", filters: { Wheels: ["whl"] } })) ?? [];
      return wheel === undefined ? false : install(context, installer, wheel.fsPath);
    }
    case "Set Path":
      await vscode.commands.executeCommand("workbench.action.openSettings", "witlens.server.path");
  }
  return false;
}

async function chooseInstaller(): Promise<Installer | undefined> {
  if ((await run("uv", ["--version"])).problem === undefined) {
    return { kind: "uv", uv: "uv" };
  }
  for (const python of PYTHONS) {
    if (isNewEnough((await run(python, ["--version"])).output)) {
      return { kind: "pip", python };
    }
  }
  return undefined;
}

/** Runs a step as a task, which VS Code shows in a terminal; its exit code. */
async function inTerminal(step: Step): Promise<number | undefined> {
  const task = new vscode.Task(
    { type: TASK },
    vscode.TaskScope.Global,
    step.title,
    "Witlens",
    new vscode.ProcessExecution(step.command, [...step.arguments]),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  let ended: vscode.Disposable | undefined;
  const code = new Promise<number | undefined>((resolve) => {
    ended = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === step.title && event.execution.task.definition.type === TASK) {
        resolve(event.exitCode);
      }
    });
  });
  try {
    await vscode.tasks.executeTask(task);
    return await code;
  } finally {
    ended?.dispose();
  }
}
