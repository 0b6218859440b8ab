// One running server after another: starts, stops and restarts it, and tells how it is.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { BusyList } from "./busy";
import { type Found, type Missing, findServer, onInterpreter } from "./find";
import { RUNNING_COMMANDS, isRunning } from "./trust";

/** How the server is. */
export type Health =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly server: Found }
  | { readonly kind: "missing"; readonly missing: Missing }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "stopped" };

/** Crashes within this time, in milliseconds, that are mended by starting again. */
const CRASH_WINDOW = 180_000;
const MOST_CRASHES = 4;
/** What takes longer than this, in milliseconds, can be cancelled from a notification. */
const SHOWN_AFTER = 1000;

/** A command of this extension that the server's lenses name, to show places. */
export const SHOW_REFERENCES = "witlens.showReferences";

/** What the server may send and offer to this client beyond the protocol. */
const EXPERIMENTAL = { witlensOutput: true, witlensWorkbench: true };

/** Writes into the log what it would tell people of a failed start: they are told in words of ours, with what helps. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

type Listener = (params: never) => void;

export class Session implements vscode.Disposable {
  private readonly healthChanged = new vscode.EventEmitter<Health>();
  private readonly busyChanged = new vscode.EventEmitter<string | undefined>();
  private current: LanguageClient | undefined;
  private health_: Health = { kind: "stopped" };
  private turn: Promise<unknown> = Promise.resolve();
  private crashes: number[] = [];
  private readonly busy = new BusyList();
  private interpreters: vscode.Disposable | undefined;
  private readonly takers = new Map<string, (argument: unknown) => Promise<boolean>>();
  private readonly listeners = new Map<string, Listener[]>();

  readonly onHealth = this.healthChanged.event;
  /** What the server is at work on, in words; undefined when it rests. */
  readonly onBusy = this.busyChanged.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get health(): Health {
    return this.health_;
  }

  /** The client, while the server runs. */
  get client(): LanguageClient | undefined {
    return this.health_.kind === "running" ? this.current : undefined;
  }

  /** Has notifications of the server's own handled, also those of servers that are started later. */
  onNotification(method: string, listener: Listener): void {
    this.listeners.set(method, [...(this.listeners.get(method) ?? []), listener]);
  }

  /** Has a command of the server done otherwise, if `take` says that it did so. */
  take(command: string, take: (argument: unknown) => Promise<boolean>): void {
    this.takers.set(command, take);
  }

  /** Starts the server, or starts it anew. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      await this.begin();
    });
  }

  /** Looks for the server again, and starts it anew unless it is the one that runs. */
  refresh(): Promise<void> {
    return this.inTurn(async () => {
      if (this.health_.kind === "running") {
        const found = await findServer(this.context, this.log);
        if ("command" in found && found.command === this.health_.server.command) {
          return;
        }
      }
      await this.end();
      await this.begin();
    });
  }

  /** Waits until the server has started, or has been found missing, if that is under way. */
  async settled(): Promise<void> {
    await this.turn;
  }

  stop(): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      this.become({ kind: "stopped" });
    });
  }

  /** Looks for the server again, and starts it anew if it is another one than the one that runs. */
  private lookAgain(): Promise<void> {
    return this.inTurn(async () => {
      if (this.health_.kind !== "running" && this.health_.kind !== "missing") {
        return;
      }
      const found = await findServer(this.context, this.log);
      const now = this.health_.kind === "running" ? this.health_.server.command : undefined;
      if ("command" in found && found.command !== now) {
        await this.end();
        await this.begin();
      }
    });
  }

  dispose(): void {
    this.interpreters?.dispose();
    void this.stop();
    this.healthChanged.dispose();
    this.busyChanged.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.turn.then(work);
    this.turn = next.catch(() => undefined);
    return next;
  }

  private become(health: Health): void {
    this.health_ = health;
    this.healthChanged.fire(health);
  }

  private async begin(): Promise<void> {
    this.become({ kind: "starting" });
    const found = await findServer(this.context, this.log);
    // The Python extension runs from here on, if it is there.
    this.interpreters ??= onInterpreter(() => void this.lookAgain());
    if ("reason" in found) {
      this.log.error(found.reason);
      this.become({ kind: "missing", missing: found });
      return;
    }
    const client = this.makeClient(found);
    this.current = client;
    try {
      await client.start();
      this.become({ kind: "running", server: found });
    } catch (error) {
      this.current = undefined;
      this.log.error(error instanceof Error ? error.message : String(error));
      this.fail(`${found.command} is there, but did not start as a server; the log says why`);
    }
  }

  private async end(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    this.busy.clear();
    this.busyChanged.fire(undefined);
    if (client === undefined) {
      return;
    }
    try {
      await client.dispose(2000);
    } catch (error) {
      this.log.warn(`the server did not end as it should: ${String(error)}`);
    }
  }

  private fail(reason: string): void {
    this.log.error(reason);
    this.become({ kind: "failed", reason });
  }

  private makeClient(found: Found): LanguageClient {
    const { log } = this;
    let hasRun = false;
    const options: LanguageClientOptions = {
      documentSelector: [
        { language: "wit", scheme: "file" },
        { language: "wit", scheme: "untitled" },
        { language: "wave", scheme: "file" },
      ],
      outputChannel: log,
      traceOutputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: {
        ...vscode.workspace.getConfiguration().get<object>("witlens"),
        showReferences: SHOW_REFERENCES,
        linkLines: true,
      },
      markdown: { supportHtml: false },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // One that never ran will not do so the next time either; `begin` tells of it.
        closed: () => ({
          action: hasRun && this.crashed() ? CloseAction.Restart : CloseAction.DoNotRestart,
          handled: true,
        }),
      },
      initializationFailedHandler: () => false,
      middleware: {
        // Every request goes through here, whoever asks: none can forget about trust.
        sendRequest: (type, params, token, next) => {
          const method = typeof type === "string" ? type : type.method;
          return !vscode.workspace.isTrusted && isRunning(method, params)
            ? Promise.reject(new Error("this folder is not trusted, so nothing is built or run in it"))
            : next(type, params, token);
        },
        executeCommand: async (command, args, next) => {
          if (RUNNING_COMMANDS.has(command) && !(await askedForTrust())) {
            return undefined;
          }
          if ((await this.takers.get(command)?.(args[0]).catch(() => false)) === true) {
            return undefined;
          }
          const answer: unknown = RUNNING_COMMANDS.has(command)
            ? await this.cancellable(client, command, args)
            : await next(command, args);
          if (command === "witlens.commandLine") {
            await copyCommandLine(answer);
          }
          return answer;
        },
        // What must not run is not offered either.
        provideCodeLenses: async (document, token, next) => {
          const lenses = await next(document, token);
          return vscode.workspace.isTrusted
            ? lenses
            : lenses?.filter(({ command }) => command === undefined || !RUNNING_COMMANDS.has(command.command));
        },
        provideCodeActions: async (document, range, context, token, next) => {
          const actions = await next(document, range, context, token);
          return vscode.workspace.isTrusted ? actions : actions?.filter((action) => !runs(action));
        },
        handleWorkDoneProgress: (token, params, next) => {
          this.busyChanged.fire(this.busy.note(token, params));
          next(token, params);
        },
      },
    };
    const client = new QuietClient(
      "witlens",
      "Witlens",
      { command: found.command, args: ["lsp"], options: { env: { ...process.env, PYTHONUNBUFFERED: "1" } } },
      options,
    );
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { ...(capabilities.experimental as object | undefined), ...EXPERIMENTAL };
      },
      initialize: () => undefined,
      getState: () => ({ kind: "static" }),
      clear: () => undefined,
    });
    for (const [method, listeners] of this.listeners) {
      client.onNotification(method, (params) => {
        for (const listener of listeners) {
          listener(params as never);
        }
      });
    }
    client.onDidChangeState(({ newState }) => {
      hasRun ||= newState === State.Running;
      if (client !== this.current) {
        return;
      }
      if (newState === State.Running) {
        this.become({ kind: "running", server: found });
      } else if (newState === State.Starting) {
        this.become({ kind: "starting" });
      } else if (newState === State.StartFailed && hasRun && this.health.kind === "starting") {
        this.fail("the server ended unexpectedly, and does not start again; the log says why");
      }
    });
    return client;
  }

  /** Has the server run something, with a notification that can cancel it as soon as it takes a while. */
  private async cancellable(client: LanguageClient, command: string, args: unknown[]): Promise<unknown> {
    const source = new vscode.CancellationTokenSource();
    const answer = client.sendRequest<unknown>("workspace/executeCommand", { command, arguments: args }, source.token);
    const ended = answer.then(
      () => undefined,
      () => undefined,
    );
    const slow = setTimeout(() => {
      const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: "Witlens" };
      void vscode.window.withProgress(options, async (progress, token) => {
        token.onCancellationRequested(() => {
          source.cancel();
        });
        const show = (message: string | undefined) => {
          progress.report({ message: message ?? "at work" });
        };
        show(this.busy.text());
        const listening = this.onBusy(show);
        await ended;
        listening.dispose();
      });
    }, SHOWN_AFTER);
    try {
      return await answer;
    } catch (error) {
      if (source.token.isCancellationRequested) {
        return undefined;
      }
      throw error;
    } finally {
      clearTimeout(slow);
    }
  }

  /** Notes a crash; whether to start again. */
  private crashed(): boolean {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < CRASH_WINDOW), now];
    if (this.crashes.length <= MOST_CRASHES) {
      this.log.warn("the server ended unexpectedly and is started again");
      return true;
    }
    this.crashes = [];
    this.fail(`the server ended unexpectedly ${MOST_CRASHES + 1} times in ${CRASH_WINDOW / 60_000} minutes`);
    return false;
  }
}

/** Whether an action, or a bare command in place of one, runs something. */
function runs({ command }: vscode.CodeAction | vscode.Command): boolean {
  const name = typeof command === "string" ? command : command?.command;
  return name !== undefined && RUNNING_COMMANDS.has(name);
}

async function copyCommandLine(answer: unknown): Promise<void> {
  if (typeof answer === "object" && answer !== null && "command" in answer && typeof answer.command === "string") {
    await vscode.env.clipboard.writeText(answer.command);
  }
}

/** Whether the workspace is trusted; if not, says what to do about it. */
export async function askedForTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const choice = await vscode.window.showWarningMessage(
    "This folder is not trusted, so Witlens does not build or run anything in it.",
    "Manage Trust",
  );
  if (choice !== undefined) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return vscode.workspace.isTrusted;
}
