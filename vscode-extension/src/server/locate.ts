// Where the server may be, in the order in which it is looked for. Knows nothing of VS Code.
import * as path from "node:path";

/** How a server was found, for people. */
export type Origin = "setting" | "python environment" | "workspace environment" | "PATH" | "installed by the extension";

export interface Candidate {
  readonly command: string;
  readonly origin: Origin;
}

export interface Places {
  /** The setting `witlens.server.path`; empty if not set. */
  readonly setting: string;
  /** Workspace folders, first the one that relative paths start from. */
  readonly folders: readonly string[];
  readonly home: string;
  /** Whether the workspace's own programs may be run. */
  readonly trusted: boolean;
  /** The interpreter that the Python extension has chosen, if there is one. */
  readonly interpreter: string | undefined;
  /** The value of the environment variable PATH. */
  readonly searchPath: string;
  /** The environment that the extension installs the server into. */
  readonly ownEnvironment: string;
  readonly windows: boolean;
}

/** The places where the server may be, best first. With a setting, nothing else counts. */
export function candidates(places: Places): Candidate[] {
  const paths = places.windows ? path.win32 : path.posix;
  const name = places.windows ? "witlens.exe" : "witlens";
  const scripts = places.windows ? "Scripts" : "bin";
  if (places.setting !== "") {
    return [{ command: expanded(places, paths), origin: "setting" }];
  }
  const found: Candidate[] = [];
  if (places.trusted) {
    if (places.interpreter !== undefined) {
      found.push({ command: paths.join(paths.dirname(places.interpreter), name), origin: "python environment" });
    }
    for (const folder of places.folders) {
      found.push({ command: paths.join(folder, ".venv", scripts, name), origin: "workspace environment" });
    }
  }
  for (const directory of places.searchPath.split(paths.delimiter)) {
    // A relative entry would mean another program in each folder: as a shell with good manners, leave it out.
    if (paths.isAbsolute(directory)) {
      found.push({ command: paths.join(directory, name), origin: "PATH" });
    }
  }
  found.push({ command: paths.join(places.ownEnvironment, scripts, name), origin: "installed by the extension" });
  return found;
}

function expanded(places: Places, paths: path.PlatformPath): string {
  const [folder] = places.folders;
  let command = places.setting;
  if (command === "~" || /^~[/\\]/.test(command)) {
    command = paths.join(places.home, command.slice(1));
  }
  if (folder !== undefined) {
    command = command.replaceAll("${workspaceFolder}", folder);
    // A bare name is looked for on PATH, as a shell does.
    if (/[/\\]/.test(command)) {
      command = paths.resolve(folder, command);
    }
  }
  return command;
}

/** The oldest server that answers what this extension asks. */
export const OLDEST_SERVER = "0.1.0";

/** Whether a version of the server is at least `oldest`; of pre-releases, the release that they lead to counts. */
export function isAtLeast(version: string, oldest: string): boolean {
  const numbers = (text: string) => (/^\d+(?:\.\d+)*/.exec(text)?.[0] ?? "").split(".").map(Number);
  const wanted = numbers(oldest);
  const difference = numbers(version)
    .map((number, index) => number - (wanted[index] ?? 0))
    .find((one) => one !== 0);
  return (difference ?? 0) >= 0;
}

/** The version in what `witlens --version` prints; undefined if that is another program. */
export function versionIn(output: string): string | undefined {
  return /^witlens (\d+\.\d+\.\d+\S*)\s*$/.exec(output.trim())?.[1];
}
