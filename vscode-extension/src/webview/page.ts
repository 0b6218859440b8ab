// What the scripts of all pages share. They show what they are told and tell what a person does; they decide nothing.

interface Editor {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Editor;

export const editor = acquireVsCodeApi();

/** The element with an id, which the page has. */
export function byId(id: string): HTMLElement;
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind;
export function byId(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

/** A new element with attributes and children; texts stay texts. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Calls `then` with each message of the extension. */
export function onMessage(then: (message: unknown) => void): void {
  window.addEventListener("message", (event) => {
    then(event.data);
  });
}

/** A message of the server: what stands between backticks in it as code. */
export function told(text: string): (Node | string)[] {
  return text.split(/`([^`]*)`/).map((part, index) => (index % 2 === 1 ? make("code", {}, part) : part));
}

/** Shows a problem in the page's line for it, or takes it away. */
export function problem(text: string | undefined): void {
  const line = byId("message");
  line.hidden = text === undefined;
  line.replaceChildren(...told(text ?? ""));
}
