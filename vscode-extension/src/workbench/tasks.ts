// Build tasks: a task for each component that the workspace can build, by the command line of the server that runs.
import * as vscode from "vscode";
import type { Session } from "../server/session";
import type { ComponentsTree } from "./tree";

interface BuildDefinition extends vscode.TaskDefinition {
  readonly component?: string;
  /** The folder with `witlens.toml`; without it the workspace folder. */
  readonly folder?: string;
}

export class BuildTasks implements vscode.TaskProvider {
  static readonly type = "witlens";

  constructor(
    private readonly session: Session,
    private readonly tree: ComponentsTree,
  ) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const worlds = await this.tree.all();
    const found = new Map<string, vscode.Task>();
    for (const { component, folder } of worlds.flatMap(({ builds }) => builds)) {
      const task = this.task({ type: BuildTasks.type, component, folder });
      if (task !== undefined) {
        found.set(`${folder} ${component}`, task);
      }
    }
    return [...found.values()];
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    return this.task(task.definition);
  }

  private task(definition: BuildDefinition): vscode.Task | undefined {
    const { health } = this.session;
    const folder = definition.folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (health.kind !== "running" || folder === undefined) {
      return undefined;
    }
    const words = ["build", ".", ...(definition.component === undefined ? [] : ["--component", definition.component])];
    const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) ?? vscode.TaskScope.Workspace;
    const task = new vscode.Task(
      definition,
      scope,
      `build ${definition.component ?? "all"}`,
      "witlens",
      new vscode.ProcessExecution(health.server.command, words, { cwd: folder }),
      "$witlens",
    );
    task.group = vscode.TaskGroup.Build;
    return task;
  }
}
