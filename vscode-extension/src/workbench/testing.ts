// Call files in the Testing view: a test for each block, with its calls inside; results stand at their lines.
import * as vscode from "vscode";
import { askedForTrust, type Session } from "../server/session";
import { ask, type CallResult, command, Refused, type RunAnswer, type TestBlock, type TestFile } from "./protocol";

interface Of {
  readonly block?: number;
  readonly line?: number;
}

const CALM = 300;

export class CallTests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("witlens.calls", "WIT Calls");
  /** What a test is: a file (nothing), a block, or a call at a line. */
  private readonly known = new WeakMap<vscode.TestItem, Of>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.controller];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly session: Session) {
    this.controller.refreshHandler = () => this.discover();
    this.controller.resolveHandler = async (item) => {
      if (item === undefined) {
        await this.discover();
      }
    };
    this.controller.createRunProfile(
      "Run",
      vscode.TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
    );
    const files = vscode.workspace.createFileSystemWatcher("**/*.wave");
    const soon = () => {
      this.discoverSoon();
    };
    this.subscriptions.push(
      files,
      files.onDidCreate(soon),
      files.onDidChange(soon),
      files.onDidDelete(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === "wave" || document.languageId === "wit") {
          soon();
        }
      }),
      session.onHealth(({ kind }) => {
        if (kind === "running") {
          soon();
        }
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private discoverSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.discover(), CALM);
  }

  private async discover(): Promise<void> {
    const { client } = this.session;
    if (client === undefined) {
      return;
    }
    try {
      const { files } = await ask<{ files: readonly TestFile[] }>(this.session, "witlens/tests", {});
      const present = new Set(files.map(({ uri }) => client.protocol2CodeConverter.asUri(uri).toString()));
      this.controller.items.forEach(({ id }) => {
        if (!present.has(id)) {
          this.controller.items.delete(id);
        }
      });
      for (const file of files) {
        this.update(file);
      }
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
    }
  }

  /** Puts a file into the view. Tests that are still there stay the same, with their results. */
  private update(file: TestFile): void {
    const uri = vscode.Uri.parse(file.uri);
    const item =
      this.controller.items.get(uri.toString()) ?? this.controller.createTestItem(uri.toString(), file.name, uri);
    const folder = vscode.Uri.joinPath(uri, "..");
    const isRoot = vscode.workspace.workspaceFolders?.some((one) => one.uri.toString() === folder.toString()) ?? false;
    item.description = isRoot ? "" : vscode.workspace.asRelativePath(folder, false);
    this.known.set(item, {});
    keep(
      item.children,
      file.blocks.flatMap((block) => (block.block === 0 ? this.calls(uri, block) : [this.block(uri, item, block)])),
    );
    this.controller.items.add(item);
  }

  private block(uri: vscode.Uri, file: vscode.TestItem, block: TestBlock): vscode.TestItem {
    const id = `test ${block.name || block.block}`;
    const item = file.children.get(id) ?? this.controller.createTestItem(id, block.name || "test", uri);
    this.place(item, block.range);
    item.error = block.mistakes === 0 ? undefined : "There are mistakes in it: see the problems of the file.";
    item.sortText = String(block.block).padStart(4, "0");
    this.known.set(item, { block: block.block });
    keep(item.children, this.calls(uri, block, item));
    return item;
  }

  private calls(uri: vscode.Uri, block: TestBlock, parent?: vscode.TestItem): vscode.TestItem[] {
    const times = new Map<string, number>();
    return block.calls.map(({ line, range, text }) => {
      const time = (times.get(text) ?? 0) + 1;
      times.set(text, time);
      const id = `call ${time} ${text}`;
      const item = parent?.children.get(id) ?? this.controller.createTestItem(id, text, uri);
      this.place(item, range);
      item.sortText = String(line).padStart(8, "0");
      this.known.set(item, { block: block.block, line });
      return item;
    });
  }

  private place(item: vscode.TestItem, range: TestBlock["range"]): void {
    const { client } = this.session;
    if (client !== undefined && range !== null) {
      item.range = client.protocol2CodeConverter.asRange(range);
    }
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    if (!(await askedForTrust())) {
      return;
    }
    if (request.include === undefined) {
      // All there are: also those that came just now.
      await this.discover();
    }
    const run = this.controller.createTestRun(request);
    const left = new Set(request.exclude ?? []);
    const wanted: vscode.TestItem[] = [];
    (request.include ?? collected(this.controller.items)).forEach((item) => wanted.push(item));
    try {
      for (const item of wanted) {
        if (!token.isCancellationRequested) {
          await this.runOne(run, item, left, token);
        }
      }
    } finally {
      run.end();
    }
  }

  /** Runs a file, a block or a call. */
  private async runOne(
    run: vscode.TestRun,
    item: vscode.TestItem,
    left: ReadonlySet<vscode.TestItem>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const of = this.known.get(item);
    const uri = item.uri?.toString();
    if (of === undefined || uri === undefined || left.has(item)) {
      return;
    }
    if (of.block === undefined && [...left].some((one) => one.uri?.toString() === uri)) {
      for (const child of collected(item.children)) {
        await this.runOne(run, child, left, token);
      }
      return;
    }
    const leaves = this.leaves(item);
    for (const leaf of leaves.values()) {
      run.started(leaf);
    }
    if (item.error !== undefined) {
      run.errored(item, new vscode.TestMessage(item.error));
      return;
    }
    try {
      const answer = await this.answer(uri, of, token);
      this.report(run, item, leaves, answer);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      for (const leaf of leaves.values()) {
        if (token.isCancellationRequested) {
          run.skipped(leaf);
        } else {
          run.errored(leaf, new vscode.TestMessage(error.message));
        }
      }
    }
  }

  private answer(uri: string, { block, line }: Of, token: vscode.CancellationToken): Promise<RunAnswer> {
    if (line !== undefined) {
      return command<RunAnswer>(this.session, "witlens.runCall", { uri, line }, token);
    }
    return command<RunAnswer>(this.session, "witlens.runAll", block === undefined ? { uri } : { uri, block }, token);
  }

  private report(
    run: vscode.TestRun,
    item: vscode.TestItem,
    leaves: ReadonlyMap<number, vscode.TestItem>,
    answer: RunAnswer,
  ): void {
    const done = new Set<vscode.TestItem>();
    for (const result of answer.results) {
      const leaf = leaves.get(result.line);
      const output = `${result.stdout}${result.stderr}`;
      if (output !== "") {
        run.appendOutput(output.replace(/\r?\n/g, "\r\n"), undefined, leaf);
      }
      if (leaf !== undefined) {
        done.add(leaf);
        reportOne(run, leaf, result);
      }
    }
    for (const leaf of leaves.values()) {
      if (!done.has(leaf)) {
        run.skipped(leaf);
      }
    }
    if (answer.message !== "" && answer.results.length === 0) {
      run.errored(item, new vscode.TestMessage(answer.message));
    }
  }

  /** The calls of a test, by line. */
  private leaves(item: vscode.TestItem): Map<number, vscode.TestItem> {
    const found = new Map<number, vscode.TestItem>();
    const visit = (one: vscode.TestItem) => {
      const line = this.known.get(one)?.line;
      if (line !== undefined) {
        found.set(line, one);
      }
      one.children.forEach(visit);
    };
    visit(item);
    return found;
  }
}

function reportOne(run: vscode.TestRun, leaf: vscode.TestItem, result: CallResult): void {
  const milliseconds = result.seconds * 1000;
  switch (result.status) {
    case "returned":
    case "passed":
      if (result.value !== "") {
        run.appendOutput(`${leaf.label}  =>  ${result.value}\r\n`, undefined, leaf);
      }
      run.passed(leaf, milliseconds);
      return;
    case "skipped":
      run.skipped(leaf);
      return;
    case "mismatch": {
      const message = vscode.TestMessage.diff(result.message, result.expected, result.value);
      run.failed(leaf, located(message, leaf), milliseconds);
      return;
    }
    case "failed":
      run.failed(leaf, located(new vscode.TestMessage(result.message), leaf), milliseconds);
  }
}

function located(message: vscode.TestMessage, { uri, range }: vscode.TestItem): vscode.TestMessage {
  if (uri !== undefined && range !== undefined) {
    message.location = new vscode.Location(uri, range);
  }
  return message;
}

function collected(items: vscode.TestItemCollection): vscode.TestItem[] {
  const found: vscode.TestItem[] = [];
  items.forEach((item) => found.push(item));
  return found;
}

/** Makes a collection hold some items and no others. */
function keep(collection: vscode.TestItemCollection, items: readonly vscode.TestItem[]): void {
  const ids = new Set(items.map(({ id }) => id));
  collection.forEach(({ id }) => {
    if (!ids.has(id)) {
      collection.delete(id);
    }
  });
  for (const item of items) {
    if (collection.get(item.id) !== item) {
      collection.add(item);
    }
  }
}
