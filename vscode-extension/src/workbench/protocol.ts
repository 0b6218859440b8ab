// The server's own requests, beside the protocol's: what they take and answer.
import type { CancellationToken } from "vscode";
import * as vscode from "vscode";
import type { Range as ProtocolRange } from "vscode-languageclient/node";
import type { Session } from "../server/session";

export interface Place {
  readonly uri: string;
  readonly range: ProtocolRange;
}

/** A world as commands of the server take it. */
export interface WorldName {
  readonly world: string;
  readonly root: string;
}

export interface Diagram {
  readonly title: string;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly places: readonly (Place | null)[];
  readonly world?: string;
  readonly worlds?: readonly (WorldName & { readonly name: string })[];
}

export interface WorldFunction {
  readonly name: string;
  readonly text: string;
  readonly place: Place | null;
  readonly function: string;
  readonly parameters: number;
  /** Why it cannot be called; empty if it can. */
  readonly why: string;
}

export interface WorldItem {
  readonly kind: "interface" | "function";
  readonly name: string;
  readonly place: Place | null;
  readonly functions: readonly WorldFunction[];
}

export interface Build {
  readonly component: string;
  /** The folder of the project. */
  readonly folder: string;
  readonly toolchain: string;
  readonly state: string;
  readonly reason: string;
  readonly missing: string;
}

export interface Instance {
  readonly name: string;
  readonly call: string;
  readonly handles: readonly { readonly name: string; readonly type: string }[];
}

export interface World extends WorldName {
  readonly name: string;
  readonly package: string;
  readonly place: Place | null;
  readonly imports: readonly (WorldItem & Partial<WorldFunction>)[];
  readonly exports: readonly (WorldItem & Partial<WorldFunction>)[];
  readonly state: string;
  readonly component: {
    readonly uri: string;
    readonly name: string;
    readonly kind: "component" | "module";
    readonly size: number;
  } | null;
  readonly module: string | null;
  readonly isCommand: boolean;
  readonly builds: readonly Build[];
  readonly differences: readonly string[];
  readonly candidates: readonly string[];
  readonly busy: string;
  readonly instances: readonly Instance[];
}

export interface Inspection {
  readonly name: string;
  readonly kind: "module" | "component" | "wit";
  readonly size: number;
  readonly imports: readonly InspectedItem[];
  readonly exports: readonly InspectedItem[];
  readonly imports_left_out: number;
  readonly exports_left_out: number;
  readonly sections: Readonly<Record<string, number>>;
  readonly parts: readonly { kind: string; parent: number | null; name: string | null; start: number; end: number }[];
  readonly producers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly has_world: boolean;
  readonly wit: string | null;
  readonly adapter: { readonly name: string; readonly imports: readonly string[]; readonly why: string } | null;
  readonly pitfalls: readonly { readonly code: string; readonly message: string; readonly names: readonly string[] }[];
}

export interface InspectedItem {
  readonly kind: string;
  readonly name: string;
  readonly module?: string;
  readonly type?: string;
  readonly params?: readonly string[];
  readonly results?: readonly string[];
  readonly functions?: Readonly<Record<string, string>>;
}

export interface TestFile {
  readonly uri: string;
  readonly name: string;
  readonly blocks: readonly TestBlock[];
}

export interface TestBlock {
  readonly block: number;
  readonly name: string;
  readonly range: ProtocolRange | null;
  readonly mistakes: number;
  readonly calls: readonly { readonly line: number; readonly range: ProtocolRange; readonly text: string }[];
}

export interface CallResult {
  readonly line: number;
  readonly block: number;
  readonly status: "returned" | "passed" | "mismatch" | "failed" | "skipped";
  readonly value: string;
  readonly message: string;
  readonly expected: string;
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunAnswer {
  readonly message: string;
  readonly passed: boolean;
  readonly cancelled?: boolean;
  readonly results: readonly CallResult[];
}

/** The server is not there, or says no: a sentence for people. */
export class Refused extends Error {}

/** Asks the server. Throws Refused. */
export async function ask<Answer>(
  session: Session,
  method: string,
  params: object,
  token?: CancellationToken,
): Promise<Answer> {
  const { client } = session;
  if (client === undefined) {
    throw new Refused("the Witlens server is not running");
  }
  try {
    // An undefined token would be sent as a second parameter.
    return await (token === undefined
      ? client.sendRequest<Answer>(method, params)
      : client.sendRequest<Answer>(method, params, token));
  } catch (error) {
    throw new Refused(error instanceof Error ? error.message : String(error));
  }
}

/** Runs a command of the server, which may take long. Throws Refused. */
export function command<Answer>(
  session: Session,
  name: string,
  argument: object,
  token?: CancellationToken,
): Promise<Answer> {
  return ask(session, "workspace/executeCommand", { command: name, arguments: [argument] }, token);
}

/** Shows a person a place in a file. */
export async function show(session: Session, place: Place, column?: vscode.ViewColumn): Promise<void> {
  const { client } = session;
  if (client === undefined) {
    return;
  }
  const selection = client.protocol2CodeConverter.asRange(place.range);
  await vscode.window.showTextDocument(client.protocol2CodeConverter.asUri(place.uri), {
    selection,
    viewColumn: column ?? vscode.ViewColumn.One,
  });
}

/** Runs something for a person; what the server refuses is shown, not thrown. */
export async function shown<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) {
      void vscode.window.showWarningMessage(`Witlens: ${error.message}`);
      return undefined;
    }
    throw error;
  }
}
