// The workbench: views, pages and commands over what the server knows of worlds and components.
import * as vscode from "vscode";
import { askedForTrust, type Session } from "../server/session";
import { AbiPanel } from "./abi";
import { BinaryEditor, WASM_EDITOR, WIT_SCHEME, WitOfBinary } from "./binary";
import { compose } from "./compose";
import { DiagramPanel, type Subject } from "./diagram";
import { FormPanel, type FunctionName, questionsOf } from "./form";
import { command, type Place, show, shown, type World } from "./protocol";
import { BuildTasks } from "./tasks";
import { CallTests } from "./testing";
import { ComponentsTree, type Row } from "./tree";

/** Registers all of it. */
export function registerWorkbench(context: vscode.ExtensionContext, session: Session): void {
  const tree = new ComponentsTree(session);
  const view = vscode.window.createTreeView<Row>("witlens.components", { treeDataProvider: tree, showCollapseAll: true });
  context.subscriptions.push(
    tree,
    view,
    new CallTests(session),
    vscode.window.registerCustomEditorProvider(WASM_EDITOR, new BinaryEditor(context, session), {
      webviewOptions: { retainContextWhenHidden: true },
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.workspace.registerTextDocumentContentProvider(WIT_SCHEME, new WitOfBinary(session)),
    vscode.tasks.registerTaskProvider(BuildTasks.type, new BuildTasks(session, tree)),
  );
  session.onNotification("witlens/changed", () => {
    tree.refresh();
  });

  const register = (name: string, run: (...args: never[]) => Promise<unknown>) => {
    context.subscriptions.push(vscode.commands.registerCommand(name, (...args: never[]) => shown(() => run(...args))));
  };
  register("witlens.openPlace", (place: Place) => show(session, place));
  register("witlens.showDiagram", async (of?: vscode.Uri | Row) => {
    const subject = subjectOf(of) ?? (await chosenOf(await tree.all()));
    if (subject !== undefined) {
      await DiagramPanel.show(context, session, subject);
    }
  });
  register("witlens.showAbi", () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.languageId === "wit"
      ? AbiPanel.show(context, session, editor)
      : nothing("put the cursor on a type or function of a WIT file first");
  });
  register("witlens.inspect", async (of?: vscode.Uri) => {
    const uri = of ?? (await vscode.window.showOpenDialog({ filters: { WebAssembly: ["wasm", "wat"] } }))?.[0];
    if (uri !== undefined) {
      await vscode.commands.executeCommand("vscode.openWith", uri, WASM_EDITOR);
    }
  });
  register("witlens.openWitOf", async (row: Row) => {
    if ("world" in row && row.world.place !== null) {
      await show(session, row.world.place);
    }
  });
  register("witlens.refreshComponents", () => {
    tree.refresh();
    return Promise.resolve();
  });
  register("witlens.composeComponents", async (row?: Row) => {
    const component = row !== undefined && "world" in row ? row.world.component : null;
    await compose(session, component === null ? undefined : vscode.Uri.parse(component.uri));
  });

  // Rows of the tree have the commands of lenses.
  const onWorld = (name: string, server: string, more: (row: Row, world: World) => object = () => ({})) => {
    register(name, async (row: Row) => {
      if ("world" in row && (await askedForTrust())) {
        const { world, root } = row.world;
        await command(session, server, { world, root, ...more(row, row.world) });
      }
    });
  };
  onWorld("witlens.tree.build", "witlens.build", (row, world) => {
    const build = row.kind === "build" ? row.build : world.builds.length === 1 ? world.builds[0] : undefined;
    return build === undefined ? {} : { component: build.component };
  });
  onWorld("witlens.tree.adapt", "witlens.adapt", (_, { module }) => ({ module }));
  onWorld("witlens.tree.conform", "witlens.conform");
  onWorld("witlens.tree.run", "witlens.runWorld");
  onWorld("witlens.tree.choose", "witlens.chooseComponent");
  register("witlens.tree.invoke", async (row: Row) => {
    if (row.kind === "function") {
      const { world, root } = row.world;
      // By the name of the lens, so that a form is asked for where there is something to ask.
      await vscode.commands.executeCommand("witlens.invoke", { world, root, function: row.function.function });
    }
  });

  // The lens `Invoke` asks for arguments in a form, unless people like to write them into the call file.
  session.take("witlens.invoke", async (argument) => {
    const wanted = vscode.workspace.getConfiguration("witlens").get<boolean>("invokeForm", true);
    const about = argument as Partial<FunctionName> & { readonly arguments?: string };
    if (!wanted || about.arguments !== undefined || !isFunction(about)) {
      return false;
    }
    if ((await questionsOf(session, about)).length === 0) {
      return false;
    }
    await FormPanel.show(context, session, about);
    return true;
  });
}

function isFunction(about: Partial<FunctionName>): about is FunctionName {
  return [about.world, about.root, about.function].every((one) => typeof one === "string");
}

/** What a diagram is wanted of: a file, a row of the tree, or what stands in front. */
function subjectOf(of: vscode.Uri | Row | undefined): Subject | undefined {
  if (of instanceof vscode.Uri) {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.toString() === of.toString() ? atCursor(editor) : { uri: of.toString() };
  }
  if (of !== undefined && "world" in of) {
    const { component, place, world } = of.world;
    if (of.kind === "component" && component !== null) {
      return { uri: component.uri };
    }
    return place === null ? undefined : { uri: place.uri, world };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) {
    return editor.document.languageId === "wit" ? atCursor(editor) : undefined;
  }
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === WASM_EDITOR ? { uri: input.uri.toString() } : undefined;
}

/** A world to draw where nothing is in front that could be, as in the walkthrough; its component if there is one. */
async function chosenOf(worlds: readonly World[]): Promise<Subject | undefined> {
  const choices = worlds.map((world) => ({ label: world.name, description: world.package, world }));
  if (choices.length === 0) {
    await nothing("open a WIT file or a .wasm first");
    return undefined;
  }
  const choice =
    choices.length === 1 ? choices[0] : await vscode.window.showQuickPick(choices, { placeHolder: "The world to draw" });
  const { component, place, world } = choice?.world ?? {};
  if (component) {
    return { uri: component.uri };
  }
  return place && world !== undefined ? { uri: place.uri, world } : undefined;
}

function atCursor({ document, selection }: vscode.TextEditor): Subject {
  const { line, character } = selection.active;
  return { uri: document.uri.toString(), position: { line, character } };
}

async function nothing(hint: string): Promise<void> {
  await vscode.window.showInformationMessage(`Witlens: ${hint}.`);
}
