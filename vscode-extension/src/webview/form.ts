// The page of a form: inputs by the server's questions, answers as the server takes them.
import { byId, editor, make, onMessage, told } from "./page";

interface Question {
  readonly kind: string;
  readonly type: string;
  readonly start: unknown;
  readonly name?: string;
  readonly fields?: readonly Question[];
  readonly cases?: readonly { readonly name: string; readonly payload: Question | null }[];
  readonly flags?: readonly string[];
  readonly element?: Question;
  readonly length?: number;
}

interface Mistake {
  readonly path: readonly number[];
  readonly message: string;
}

type Message =
  | { readonly kind: "form"; readonly questions: readonly Question[] }
  | { readonly kind: "checked"; readonly call: string; readonly mistakes: readonly Mistake[] }
  | { readonly kind: "done"; readonly answer?: string; readonly isGood?: boolean; readonly isWritten?: boolean };

/** A part of the form: what it shows, what was filled in, and its parts by number. */
interface Part {
  readonly element: HTMLElement;
  answer(): unknown;
  part(number: number): Part | undefined;
  /** Says what is wrong, or nothing. */
  wrong(message: string): void;
}

const CALM = 150;
const form = byId("form", HTMLFormElement);
const invoke = byId("invoke", HTMLButtonElement);
const cancel = byId("cancel", HTMLButtonElement);
let parts: readonly Part[] = [];
let timer: number | undefined;
let numbers = 0;
let noted: Part[] = [];

onMessage((received) => {
  const message = received as Message;
  switch (message.kind) {
    case "form":
      parts = message.questions.map((question) => partOf(question, question.name ?? "", question.start));
      form.replaceChildren(...parts.map(({ element }) => element));
      form.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
      tell();
      return;
    case "checked":
      byId("call").textContent = message.call;
      showMistakes(message.mistakes);
      return;
    case "done":
      busy(false);
      if (message.answer !== undefined) {
        const answer = make("p", { class: message.isGood ? "answer" : "answer bad" }, make("code", {}, message.answer));
        byId("answer").replaceChildren(answer);
      }
      if (message.isWritten === true) {
        byId("open").hidden = false;
      }
  }
});

function answers(): unknown[] {
  return parts.map((part) => part.answer());
}

function tell(): void {
  editor.postMessage({ kind: "answers", answers: answers() });
}

function tellSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(tell, CALM);
}

function busy(on: boolean): void {
  invoke.disabled = on;
  cancel.disabled = !on;
  if (on) {
    byId("answer").replaceChildren(make("p", { class: "quiet" }, "running ..."));
  }
}

function showMistakes(mistakes: readonly Mistake[]): void {
  for (const part of noted) {
    part.wrong("");
  }
  noted = [];
  for (const { path, message } of mistakes) {
    let part = parts[path[0] ?? 0];
    for (const number of path.slice(1)) {
      part = part?.part(number) ?? part;
    }
    if (part !== undefined && !noted.includes(part)) {
      part.wrong(message);
      noted.push(part);
    }
  }
}

function partOf(question: Question, name: string, start: unknown): Part {
  switch (question.kind) {
    case "bool":
      return checkbox(question, name, start);
    case "record":
    case "tuple":
      return members(question, name, start);
    case "choice":
      return choice(question, name, start);
    case "flags":
      return flags(question, name, start);
    case "list":
    case "map":
      return list(question, name, start);
    default:
      return text(question, name, start);
  }
}

function text(question: Question, name: string, start: unknown): Part {
  const id = fresh();
  const isLong = question.kind === "text" || question.kind === "string";
  const input = isLong
    ? make("textarea", { id, rows: "1", spellcheck: "false" })
    : make("input", { id, type: "text", spellcheck: "false", autocomplete: "off" });
  if (question.kind === "number") {
    input.setAttribute("inputmode", "decimal");
  }
  input.value = typeof start === "string" ? start : "";
  const mistake = make("p", { class: "mistake", id: `${id}-mistake` });
  input.setAttribute("aria-describedby", mistake.id);
  const element = make("div", { class: "field" }, label(id, name, question.type), input, mistake);
  return {
    element,
    answer: () => input.value,
    part: () => undefined,
    wrong: (message) => {
      mistake.replaceChildren(...told(message));
      input.setAttribute("aria-invalid", String(message !== ""));
    },
  };
}

function checkbox(question: Question, name: string, start: unknown): Part {
  const id = fresh();
  const input = make("input", { id, type: "checkbox" });
  input.checked = start === "true";
  const element = make("div", { class: "field" }, make("span", {}, input, label(id, name, question.type, "")));
  return { element, answer: () => String(input.checked), part: () => undefined, wrong: () => undefined };
}

function members(question: Question, name: string, start: unknown): Part {
  const given = Array.isArray(start) ? (start as unknown[]) : [];
  const fields = (question.fields ?? []).map((field, number) =>
    partOf(field, field.name ?? "", given[number] ?? field.start),
  );
  const mistake = make("p", { class: "mistake" });
  const element = group(name, question.type, ...fields.map((field) => field.element), mistake);
  return {
    element,
    answer: () => fields.map((field) => field.answer()),
    part: (number) => fields[number],
    wrong: says(mistake),
  };
}

function choice(question: Question, name: string, start: unknown): Part {
  const id = fresh();
  const cases = question.cases ?? [];
  const first = start as { readonly case?: number; readonly payload?: unknown } | null;
  const select = make("select", { id });
  select.append(...cases.map((one, number) => make("option", { value: String(number) }, one.name)));
  const below = make("div");
  const mistake = make("p", { class: "mistake" });
  let payload: Part | undefined;
  const chosen = (given: unknown) => {
    const question = cases[Number(select.value)]?.payload ?? null;
    payload = question === null ? undefined : partOf(question, "", given ?? question.start);
    below.replaceChildren(...(payload === undefined ? [] : [payload.element]));
  };
  select.value = String(first?.case ?? 0);
  chosen(first?.payload);
  select.addEventListener("change", () => {
    chosen(undefined);
    tell();
  });
  const element = make("div", { class: "field" }, label(id, name, question.type), select, below, mistake);
  return {
    element,
    answer: () => ({ case: Number(select.value), payload: payload?.answer() ?? null }),
    part: () => payload,
    wrong: says(mistake),
  };
}

function flags(question: Question, name: string, start: unknown): Part {
  const given = Array.isArray(start) ? (start as unknown[]) : [];
  const boxes = (question.flags ?? []).map((flag, number) => {
    const id = fresh();
    const input = make("input", { id, type: "checkbox" });
    input.checked = given[number] === true;
    return { input, element: make("div", {}, input, make("label", { for: id }, flag)) };
  });
  const element = group(name, question.type, ...boxes.map((box) => box.element));
  return {
    element,
    answer: () => boxes.map(({ input }) => input.checked),
    part: () => undefined,
    wrong: () => undefined,
  };
}

function list(question: Question, name: string, start: unknown): Part {
  const { element: inner, length } = question;
  let items: Part[] = [];
  const holder = make("div", { class: "items" });
  const mistake = make("p", { class: "mistake" });
  const add = (given: unknown) => {
    if (inner === undefined) {
      return;
    }
    const item = partOf(inner, length === undefined ? "" : `[${items.length}]`, given ?? inner.start);
    const line = make("div", { class: "item" }, item.element);
    items.push(item);
    if (length === undefined) {
      const remove = make("button", { type: "button", "aria-label": `Remove an element of ${name || question.type}` }, "−");
      remove.addEventListener("click", () => {
        items = items.filter((one) => one !== item);
        line.remove();
        more.focus();
        tell();
      });
      line.append(remove);
    }
    holder.append(line);
  };
  const more = make("button", { type: "button", "aria-label": `Add an element to ${name || question.type}` }, "+ Add");
  more.addEventListener("click", () => {
    add(undefined);
    holder.lastElementChild?.querySelector<HTMLElement>("input, select, textarea")?.focus();
    tell();
  });
  for (const given of Array.isArray(start) ? (start as unknown[]) : []) {
    add(given);
  }
  const element = group(name, question.type, holder, ...(length === undefined ? [more] : []), mistake);
  return {
    element,
    answer: () => items.map((item) => item.answer()),
    part: (number) => items[number],
    wrong: says(mistake),
  };
}

function group(name: string, type: string, ...children: readonly Node[]): HTMLElement {
  return make("fieldset", {}, make("legend", {}, name, make("span", { class: "type" }, type)), ...children);
}

function label(id: string, name: string, type: string, separator = ""): HTMLElement {
  return make("label", { for: id }, name, separator, make("span", { class: "type" }, type));
}

function says(line: HTMLElement): (message: string) => void {
  return (message) => {
    line.replaceChildren(...told(message));
  };
}

function fresh(): string {
  numbers += 1;
  return `input-${numbers}`;
}

form.addEventListener("input", tellSoon);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  busy(true);
  editor.postMessage({ kind: "invoke", answers: answers() });
});
form.addEventListener("keydown", (event) => {
  // Enter makes a new line in a text; with Control or Command it invokes, as it does everywhere else.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
cancel.addEventListener("click", () => {
  editor.postMessage({ kind: "cancel" });
});
byId("open").addEventListener("click", () => {
  editor.postMessage({ kind: "open" });
});
editor.postMessage({ kind: "ready" });
