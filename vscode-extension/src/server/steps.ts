// The commands that install the server into an environment of the extension's own. Knows nothing of VS Code.
import * as path from "node:path";

export interface Step {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

export type Installer = { readonly kind: "uv"; readonly uv: string } | { readonly kind: "pip"; readonly python: string };

const MAKE = "Make an environment";

/** The commands to run in order. `requirement` is what to install: `witlens`, or a path or address of it. */
export function installSteps(
  installer: Installer,
  environment: string,
  requirement: string,
  windows: boolean,
): Step[] {
  const paths = windows ? path.win32 : path.posix;
  const python = windows ? paths.join(environment, "Scripts", "python.exe") : paths.join(environment, "bin", "python");
  if (installer.kind === "uv") {
    return [
      { title: MAKE, command: installer.uv, arguments: ["venv", "--clear", "--python", ">=3.11", environment] },
      { title: "Install Witlens", command: installer.uv, arguments: ["pip", "install", "--python", python, "--upgrade", requirement] },
    ];
  }
  return [
    { title: MAKE, command: installer.python, arguments: ["-m", "venv", "--clear", environment] },
    {
      title: "Install Witlens",
      command: python,
      arguments: ["-m", "pip", "install", "--disable-pip-version-check", "--upgrade", requirement],
    },
  ];
}

/** What helps when a step has failed; people see in the terminal what it said. */
export function helpAfter(step: Step, installer: Installer, requirement: string): string {
  if (step.title === MAKE) {
    return installer.kind === "uv"
      ? "uv takes a Python of this machine, 3.11 or later, or else downloads one."
      : "Python needs its module venv: on Debian and Ubuntu, `sudo apt install python3-venv`. Or install uv, which does without.";
  }
  return (
    `Either the package index cannot be reached, or it does not have ${JSON.stringify(requirement)}. ` +
    "Choose a wheel of Witlens (.whl) instead, or the path of a `witlens` that is installed."
  );
}

/** A command as one would type it. */
export function shown(step: Step): string {
  return [step.command, ...step.arguments].map((word) => (/[\s"'$>]/.test(word) ? `"${word}"` : word)).join(" ");
}

/** Whether what `python --version` prints is a version that the server runs on. */
export function isNewEnough(output: string): boolean {
  const match = /^Python 3\.(\d+)/.exec(output.trim());
  return match !== null && Number(match[1]) >= 11;
}
