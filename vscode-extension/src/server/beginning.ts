// What a new component is begun with: the languages that the server knows, names that WIT takes. Knows nothing of VS Code.

export interface Language {
  /** As `witlens new --language` takes it. */
  readonly name: string;
  readonly title: string;
  /** What builds it. */
  readonly tools: string;
}

/** The languages of `witlens new`, in its order. */
export const LANGUAGES: readonly Language[] = [
  { name: "python", title: "Python", tools: "componentize-py" },
  { name: "javascript", title: "JavaScript", tools: "componentize-js, from npm" },
  { name: "c", title: "C", tools: "clang or zig" },
  { name: "rust", title: "Rust", tools: "cargo" },
  { name: "go", title: "Go", tools: "go" },
  { name: "assemblyscript", title: "AssemblyScript", tools: "asc, from npm" },
  { name: "wat", title: "WebAssembly text", tools: "nothing else is needed" },
];

/** What is wrong with the name of a component; undefined if nothing is. Keywords are told by the server. */
export function problemOfName(name: string): string | undefined {
  return /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/.test(name)
    ? undefined
    : "A name is made of words of lowercase letters and digits, joined by `-`, as in `key-value`.";
}

/** The words after `witlens` that begin a project. */
export function beginning(language: Language, name: string, folder: string): string[] {
  // A folder may begin with a hyphen; behind `--` it is no option.
  return ["new", "--language", language.name, "--name", name, "--", folder];
}

/** What a new call file holds: the world, and where to go on. */
export function callFileOf(world: string): string {
  return `world ${world}\n\n`;
}
