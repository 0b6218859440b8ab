// The tree of components: worlds, what they import and export, their component, and the instances that live now.
import * as vscode from "vscode";
import type { Session } from "../server/session";
import { sizeOf } from "./page";
import { ask, type Build, type Instance, type Place, Refused, type World, type WorldFunction, type WorldItem } from "./protocol";

/** A row of the tree. Commands on it get it as their argument. */
export type Row =
  | { readonly kind: "world"; readonly world: World }
  | { readonly kind: "component"; readonly world: World }
  | { readonly kind: "build"; readonly world: World; readonly build: Build }
  | { readonly kind: "side"; readonly world: World; readonly side: "imports" | "exports" }
  | { readonly kind: "item"; readonly world: World; readonly side: "imports" | "exports"; readonly item: WorldItem }
  | {
      readonly kind: "function";
      readonly world: World;
      readonly side: "imports" | "exports";
      readonly function: WorldFunction;
    }
  | { readonly kind: "differences"; readonly world: World }
  | { readonly kind: "difference"; readonly text: string }
  | { readonly kind: "instance"; readonly instance: Instance }
  | { readonly kind: "handle"; readonly name: string; readonly type: string };

/** Milliseconds for which changes are gathered before the tree is asked for again. */
const CALM = 150;

export class ComponentsTree implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  private timer: NodeJS.Timeout | undefined;
  private worlds: Promise<readonly World[]> | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly session: Session) {
    const files = vscode.workspace.createFileSystemWatcher("**/{*.wit,*.wasm,witlens.toml}");
    const refresh = () => {
      this.refresh();
    };
    this.subscriptions.push(
      files,
      files.onDidChange(refresh),
      files.onDidCreate(refresh),
      files.onDidDelete(refresh),
      session.onHealth(refresh),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Looks again, soon. */
  refresh(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.worlds = undefined;
      this.changed.fire(undefined);
    }, CALM);
  }

  /** The worlds of the workspace; none while the server is not there. */
  all(): Promise<readonly World[]> {
    this.worlds ??= ask<{ worlds: readonly World[] }>(this.session, "witlens/components", {}).then(
      ({ worlds }) => worlds,
      (error: unknown) => {
        this.worlds = undefined;
        if (error instanceof Refused) {
          return [];
        }
        throw error;
      },
    );
    return this.worlds;
  }

  async getChildren(row?: Row): Promise<Row[]> {
    switch (row?.kind) {
      case undefined:
        return (await this.all()).map((world) => ({ kind: "world", world }));
      case "world":
        return partsOf(row.world);
      case "side":
        return row.world[row.side].map((item): Row =>
          item.kind === "interface"
            ? { kind: "item", world: row.world, side: row.side, item }
            : { kind: "function", world: row.world, side: row.side, function: asFunction(item) },
        );
      case "item":
        return row.item.functions.map((one) => ({ kind: "function", world: row.world, side: row.side, function: one }));
      case "differences":
        return row.world.differences.map((text) => ({ kind: "difference", text }));
      case "instance":
        return row.instance.handles.map((one) => ({ kind: "handle", ...one }));
      default:
        return [];
    }
  }

  getTreeItem(row: Row): vscode.TreeItem {
    switch (row.kind) {
      case "world":
        return worldItem(row.world);
      case "component":
        return componentItem(row.world);
      case "build":
        return buildItem(row.build);
      case "side": {
        const made = new vscode.TreeItem(row.side, vscode.TreeItemCollapsibleState.Collapsed);
        made.description = String(row.world[row.side].length);
        made.iconPath = new vscode.ThemeIcon(row.side === "imports" ? "arrow-right" : "arrow-left");
        return made;
      }
      case "item": {
        const made = new vscode.TreeItem(row.item.name, vscode.TreeItemCollapsibleState.Collapsed);
        made.iconPath = new vscode.ThemeIcon("symbol-interface");
        made.contextValue = "interface";
        return leading(made, row.item.place);
      }
      case "function":
        return functionItem(row.function, row.side);
      case "differences": {
        const { length } = row.world.differences;
        const made = new vscode.TreeItem(`${length} difference${length === 1 ? "" : "s"}`, vscode.TreeItemCollapsibleState.Collapsed);
        made.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
        return made;
      }
      case "difference":
        return new vscode.TreeItem(row.text);
      case "instance": {
        const made = new vscode.TreeItem(`instance: ${row.instance.name}`, vscode.TreeItemCollapsibleState.Expanded);
        made.description = row.instance.call;
        made.iconPath = new vscode.ThemeIcon("vm-running", new vscode.ThemeColor("charts.green"));
        return made;
      }
      case "handle": {
        const made = new vscode.TreeItem(row.name);
        made.description = `handle of ${row.type}`;
        made.iconPath = new vscode.ThemeIcon("symbol-reference");
        return made;
      }
    }
  }
}

function partsOf(world: World): Row[] {
  const rows: Row[] = world.instances.map((instance) => ({ kind: "instance", instance }));
  if (world.component !== null) {
    rows.push({ kind: "component", world });
  }
  rows.push(...world.builds.map((build): Row => ({ kind: "build", world, build })));
  if (world.differences.length > 0) {
    rows.push({ kind: "differences", world });
  }
  for (const side of ["imports", "exports"] as const) {
    if (world[side].length > 0) {
      rows.push({ kind: "side", world, side });
    }
  }
  return rows;
}

function worldItem(world: World): vscode.TreeItem {
  const made = new vscode.TreeItem(world.name, vscode.TreeItemCollapsibleState.Expanded);
  const state = world.busy === "" ? world.state : `${world.busy} ...`;
  made.id = `${world.root} ${world.world}`;
  made.description = state;
  made.tooltip = `world ${world.world}: ${state}`;
  made.iconPath = new vscode.ThemeIcon(world.busy === "" ? "globe" : "loading~spin");
  made.accessibilityInformation = { label: `world ${world.name} of ${world.package}, ${state}` };
  made.contextValue = [
    "world",
    ...(world.builds.length > 0 ? ["build"] : []),
    ...(world.module === null ? [] : ["adapt"]),
    ...(world.component?.kind === "component" ? ["component"] : []),
    ...(world.isCommand && world.component?.kind === "component" ? ["run"] : []),
    ...(world.candidates.length > 1 ? ["choose"] : []),
  ].join(" ");
  return leading(made, world.place);
}

function componentItem({ component }: World): vscode.TreeItem {
  const made = new vscode.TreeItem(component?.name ?? "");
  if (component !== null) {
    const uri = vscode.Uri.parse(component.uri);
    made.description = `${component.kind === "module" ? "core module" : "component"}, ${sizeOf(component.size)}`;
    made.iconPath = new vscode.ThemeIcon("package");
    made.resourceUri = uri;
    made.contextValue = "file";
    made.command = { command: "vscode.openWith", title: "Open", arguments: [uri, "witlens.wasm"] };
  }
  return made;
}

function buildItem({ component, toolchain, state, reason, missing }: Build): vscode.TreeItem {
  const made = new vscode.TreeItem(`build ${component}`);
  made.description = missing === "" ? `${toolchain}: ${state}` : `${toolchain}: not installed`;
  made.tooltip = missing === "" ? reason : missing;
  made.iconPath = new vscode.ThemeIcon(missing === "" ? "tools" : "warning");
  made.contextValue = "build";
  return made;
}

function functionItem(one: WorldFunction, side: "imports" | "exports"): vscode.TreeItem {
  const made = new vscode.TreeItem(one.name);
  made.description = one.text;
  made.tooltip = side === "exports" && one.why !== "" ? `${one.text}\n\n${one.why}` : one.text;
  made.iconPath = new vscode.ThemeIcon("symbol-method");
  made.contextValue = side === "exports" && one.why === "" ? "function callable" : "function";
  return leading(made, one.place);
}

/** A row that leads to the WIT. */
function leading(item: vscode.TreeItem, place: Place | null): vscode.TreeItem {
  if (place !== null) {
    item.command = { command: "witlens.openPlace", title: "Go to WIT", arguments: [place] };
  }
  return item;
}

function asFunction(item: WorldItem & Partial<WorldFunction>): WorldFunction {
  const { name, place, text = "", parameters = 0, why = "" } = item;
  return { name, place, text, function: item.function ?? name, parameters, why };
}
