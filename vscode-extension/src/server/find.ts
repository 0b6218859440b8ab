// Finds the server on this machine: tries the places of locate.ts and asks what is there for its version.
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Candidate, OLDEST_SERVER, candidates, isAtLeast, versionIn } from "./locate";

/** A server that answered. */
export interface Found extends Candidate {
  readonly version: string;
}

/** Why there is none: nothing anywhere, or something at the place that was named which is no server. */
export interface Missing {
  readonly reason: string;
  /** The command of the setting that does not work, if it is that. */
  readonly setting?: string;
}

const WINDOWS = process.platform === "win32";

/** Looks for the server. Runs nothing of the workspace unless the workspace is trusted. */
export async function findServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<Found | Missing> {
  const setting = vscode.workspace.getConfiguration("witlens").get<string>("server.path", "").trim();
  const tried = candidates({
    setting,
    folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    home: homedir(),
    trusted: vscode.workspace.isTrusted,
    interpreter: setting === "" && vscode.workspace.isTrusted ? await interpreter(log) : undefined,
    searchPath: process.env["PATH"] ?? "",
    ownEnvironment: ownEnvironment(context),
    windows: WINDOWS,
  });
  let broken: string | undefined;
  for (const candidate of tried) {
    if (candidate.origin !== "setting" && !(await isProgram(candidate.command))) {
      continue;
    }
    const { output, problem } = await run(candidate.command, ["--version"]);
    const version = versionIn(output);
    if (version !== undefined && isAtLeast(version, OLDEST_SERVER)) {
      log.info(`server: ${candidate.command} (${version}, ${candidate.origin})`);
      return { ...candidate, version };
    }
    const why =
      version === undefined
        ? `${candidate.command} is no Witlens server: ${problem ?? `\`--version\` says ${JSON.stringify(output.trim())}`}`
        : `${candidate.command} is version ${version} of the server, and this extension needs ${OLDEST_SERVER} or later`;
    log.warn(why);
    broken ??= why;
  }
  if (setting !== "") {
    return { reason: broken ?? `${setting} was not found`, setting };
  }
  return { reason: broken ?? "the server `witlens` was not found on this machine" };
}

/** The environment that the extension installs the server into. */
export function ownEnvironment(context: vscode.ExtensionContext): string {
  return path.join(context.globalStorageUri.fsPath, "server");
}

/** Runs a program to its end; `problem` says why it could not be run. */
export function run(
  command: string,
  args: readonly string[],
): Promise<{ output: string; problem?: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 30_000, windowsHide: true }, (error, stdout, stderr) => {
      resolve(error === null ? { output: stdout } : { output: stdout, problem: stderr.trim() || error.message });
    });
  });
}

async function isProgram(command: string): Promise<boolean> {
  try {
    await access(command, WINDOWS ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What is used of the Python extension's API. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
    resolveEnvironment(
      environment: { readonly path: string },
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** Tells when another interpreter is chosen, if the Python extension is there and runs. */
export function onInterpreter(changed: () => void): vscode.Disposable {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  const event = extension?.isActive === true ? extension.exports.environments.onDidChangeActiveEnvironmentPath : undefined;
  return event?.(changed) ?? new vscode.Disposable(() => undefined);
}

/** The interpreter that is chosen for the first workspace folder, if the Python extension is there. */
async function interpreter(log: vscode.LogOutputChannel): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const { environments } = await extension.activate();
    const active = environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
    return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
  } catch (error) {
    log.warn(`the Python extension did not tell its interpreter: ${String(error)}`);
    return undefined;
  }
}
