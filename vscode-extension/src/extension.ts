// Where VS Code enters: makes the parts, names the commands, starts the server.
import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import { type NamedWorld, newCallFile, newComponent } from "./create";
import { OutputOfGuests } from "./output";
import { registerPalette } from "./palette";
import { installServer } from "./server/install";
import type { GuestOutput } from "./server/output";
import { type Health, SHOW_REFERENCES, Session } from "./server/session";
import { StatusItem, examine, showMenu, showVersion } from "./status";
import { registerWorkbench } from "./workbench";
import { ask, shown } from "./workbench/protocol";

/** What other extensions and tests get. */
export interface Api {
  /** How the server is. */
  health(): Health;
  readonly onHealth: vscode.Event<Health>;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("Witlens", { log: true });
  const session = new Session(context, log);
  const output = new OutputOfGuests();
  context.subscriptions.push(log, session, output, new StatusItem(session), registerPalette(session));
  session.onNotification("witlens/output", (piece: GuestOutput) => {
    output.add(piece);
  });

  registerWorkbench(context, session);

  const command = (name: string, run: (...args: never[]) => unknown) => {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  };
  command("witlens.restartServer", () => session.restart());
  command("witlens.stopServer", () => session.stop());
  command("witlens.installServer", async () => {
    if (await installServer(context)) {
      await session.restart();
      const { health } = session;
      if (health.kind === "running") {
        void vscode.window.showInformationMessage(`Witlens: server ${health.server.version} is installed and runs.`);
      }
    }
  });
  command("witlens.showLog", () => {
    log.show();
  });
  command("witlens.showVersion", () => showVersion(context, session));
  command("witlens.doctor", () => examine(session));
  command("witlens.newComponent", () => newComponent(session));
  command("witlens.newCallFile", () =>
    shown(async () => {
      await session.settled();
      const { worlds } = await ask<{ worlds: readonly NamedWorld[] }>(session, "witlens/components", {});
      await newCallFile(worlds);
    }),
  );
  command("witlens.showOutput", () => {
    output.show();
  });
  command(SHOW_REFERENCES, (uri: string, position: Position, locations: Location[]) => {
    const converter = session.client?.protocol2CodeConverter;
    return converter === undefined
      ? undefined
      : vscode.commands.executeCommand(
          "editor.action.showReferences",
          converter.asUri(uri),
          converter.asPosition(position),
          locations.map((location) => converter.asLocation(location)),
        );
  });
  command("witlens.menu", () => showMenu(session));
  command("witlens.openSettings", () =>
    vscode.commands.executeCommand("workbench.action.openSettings", "@ext:witlens.witlens"),
  );
  command("witlens.openWalkthrough", () =>
    vscode.commands.executeCommand("workbench.action.openWalkthrough", "witlens.witlens#witlens.first", false),
  );

  context.subscriptions.push(
    session.onHealth((health) => {
      void vscode.commands.executeCommand("setContext", "witlens.health", health.kind);
      void explain(health);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("witlens.server.path")) {
        void session.refresh();
      }
    }),
    // What the workspace brings along may be used from now on.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void session.restart()),
  );
  void session.restart();
  return { health: () => session.health, onHealth: session.onHealth };
}

/** Says what is missing, with a button that mends it. */
async function explain(health: Health): Promise<void> {
  if (health.kind === "missing") {
    const { setting, reason } = health.missing;
    const choice = await vscode.window.showErrorMessage(
      setting === undefined ? `Witlens: ${reason}.` : `Witlens: ${reason}. The setting witlens.server.path names it.`,
      ...(setting === undefined ? ["Install", "Choose..."] : ["Open Settings", "Install"]),
    );
    if (choice === "Install") {
      await vscode.commands.executeCommand("witlens.installServer");
    } else if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "witlens.server.path");
    }
  } else if (health.kind === "failed") {
    const choice = await vscode.window.showErrorMessage(`Witlens: ${health.reason}.`, "Restart", "Show Log");
    if (choice !== undefined) {
      await vscode.commands.executeCommand(choice === "Restart" ? "witlens.restartServer" : "witlens.showLog");
    }
  }
}
