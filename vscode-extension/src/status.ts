// The item in the status bar: how the server is, what it is at work on, and a menu of what one can do about it.
import * as vscode from "vscode";
import { type Health, type Session, askedForTrust } from "./server/session";

interface Face {
  readonly icon: string;
  readonly text: string;
  readonly severity?: "warning" | "error";
}

/** What the item shows. */
export function faceOf(health: Health, busy: string | undefined): Face {
  switch (health.kind) {
    case "starting":
      return { icon: "loading~spin", text: "starting the server" };
    case "running":
      return busy === undefined
        ? { icon: "check", text: `server ${health.server.version} is running` }
        : { icon: "sync~spin", text: busy };
    case "missing":
      return { icon: "warning", text: health.missing.reason, severity: "warning" };
    case "failed":
      return { icon: "error", text: health.reason, severity: "error" };
    case "stopped":
      return { icon: "debug-pause", text: "the server is stopped" };
  }
}

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: vscode.Disposable;
  private busy: string | undefined;

  constructor(private readonly session: Session) {
    this.item = vscode.window.createStatusBarItem("witlens.status", vscode.StatusBarAlignment.Right, 90);
    this.item.name = "Witlens";
    this.item.command = "witlens.menu";
    this.subscriptions = vscode.Disposable.from(
      this.item,
      session.onHealth(() => {
        this.show();
      }),
      session.onBusy((busy) => {
        this.busy = busy;
        this.show();
      }),
    );
    this.show();
    this.item.show();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private show(): void {
    const { health } = this.session;
    const face = faceOf(health, this.busy);
    this.item.text = `$(${face.icon}) Witlens`;
    this.item.accessibilityInformation = { label: `Witlens: ${face.text}`, role: "button" };
    this.item.backgroundColor =
      face.severity === undefined ? undefined : new vscode.ThemeColor(`statusBarItem.${face.severity}Background`);
    const tooltip = new vscode.MarkdownString(`**Witlens**: ${face.text}\n\n`);
    if (health.kind === "running") {
      tooltip.appendMarkdown(`\`${health.server.command}\` (${health.server.origin})`);
    }
    this.item.tooltip = tooltip;
  }
}

interface Choice extends vscode.QuickPickItem {
  readonly run: string;
}

/** Shows the menu behind the status item. */
export async function showMenu(session: Session): Promise<void> {
  const { health } = session;
  const choices: Choice[] = [
    { label: "$(debug-restart) Restart the server", run: "witlens.restartServer" },
    { label: "$(output) Show the log", run: "witlens.showLog" },
    { label: "$(versions) Show versions", run: "witlens.showVersion" },
    { label: "$(pulse) Show toolchains and caches", run: "witlens.doctor" },
    { label: "$(add) New component", run: "witlens.newComponent" },
    { label: "$(gear) Settings", run: "witlens.openSettings" },
    { label: "$(book) Your first component", run: "witlens.openWalkthrough" },
  ];
  if (health.kind === "missing") {
    choices.unshift({ label: "$(cloud-download) Install the server", run: "witlens.installServer" });
  }
  if (health.kind === "running") {
    choices.push({ label: "$(debug-stop) Stop the server", run: "witlens.stopServer" });
  }
  const choice = await vscode.window.showQuickPick(choices, { title: `Witlens: ${faceOf(health, undefined).text}` });
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice.run);
  }
}

/** Says which versions of extension and server run, and from where. */
export async function showVersion(context: vscode.ExtensionContext, session: Session): Promise<void> {
  await session.settled();
  const { health } = session;
  const { version } = context.extension.packageJSON as { readonly version: string };
  const server =
    health.kind === "running"
      ? `server ${health.server.version}, ${health.server.command} (${health.server.origin})`
      : faceOf(health, undefined).text;
  const text = `Witlens extension ${version}; ${server}`;
  if ((await vscode.window.showInformationMessage(text, "Copy")) !== undefined) {
    await vscode.env.clipboard.writeText(text);
  }
}

/** Has the server's command line say, in a terminal, which toolchains and caches it finds. */
export async function examine(session: Session): Promise<void> {
  await session.settled();
  const { health } = session;
  if (health.kind !== "running") {
    void vscode.window.showWarningMessage(`Witlens: ${faceOf(health, undefined).text}.`);
    return;
  }
  // It asks toolchains for their versions, and a workspace may bring its own.
  if (!(await askedForTrust())) {
    return;
  }
  const task = new vscode.Task(
    { type: "witlens-doctor" },
    vscode.workspace.workspaceFolders?.[0] ?? vscode.TaskScope.Global,
    "doctor",
    "Witlens",
    new vscode.ProcessExecution(health.server.command, ["doctor"]),
  );
  await vscode.tasks.executeTask(task);
}
