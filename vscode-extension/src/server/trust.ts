// Which requests to the server start programs, run guests or write components. Knows nothing of VS Code.

/** Commands of the server that wait until the workspace is trusted. */
export const RUNNING_COMMANDS: ReadonlySet<string> = new Set(
  ["build", "adapt", "compose", "conform", "chooseComponent", "invoke", "runWorld", "runCall", "runAll", "debugInfo"].map(
    (name) => `witlens.${name}`,
  ),
);

/** Whether a request has the server run something. */
export function isRunning(method: string, params: unknown): boolean {
  if (method !== "workspace/executeCommand") {
    return false;
  }
  const { command } = (params ?? {}) as { readonly command?: unknown };
  return typeof command === "string" && RUNNING_COMMANDS.has(command);
}
