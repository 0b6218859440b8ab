// The page of a memory layout: a map with a cell for each byte, a table of the same, and the bytes of a value.
import { byId, editor, make, onMessage, problem, told as withCode } from "./page";

interface Segment {
  readonly offset: number;
  readonly size: number;
  readonly path: string;
  readonly type: string;
  readonly role: string;
}

interface Layout {
  readonly case: string | null;
  readonly segments: readonly Segment[];
}

interface Piece {
  readonly address: number;
  readonly size: number;
  readonly hex: string;
  readonly path: string;
  readonly meaning: string;
}

interface Signature {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

interface FunctionView {
  readonly import: Signature;
  readonly export: Signature;
  readonly import_module: string;
  readonly import_name: string;
  readonly export_name: string;
  readonly params: readonly { readonly name: string; readonly type: string; readonly flat: readonly string[] | null }[];
  readonly result: { readonly type: string; readonly flat: readonly string[] | null } | null;
}

interface Answer {
  readonly kind: "type" | "function";
  readonly item: string;
  readonly definition?: string;
  readonly view?: {
    readonly size: number;
    readonly alignment: number;
    readonly flat: readonly string[] | null;
    readonly flat_count: number;
    readonly flags?: readonly { readonly name: string; readonly bit: number }[];
    readonly cases?: readonly { readonly name: string; readonly discriminant: number }[];
  };
  readonly layouts?: readonly Layout[];
  readonly start?: string;
  readonly functions?: readonly { readonly interface: string; readonly signature: string; readonly view: FunctionView }[];
  readonly problems?: readonly { readonly message: string }[];
  readonly bytes?: readonly Piece[];
  readonly at?: number;
  readonly heapFrom?: number;
  readonly flatValues?: readonly string[];
}

type Message =
  | { readonly kind: "answer"; readonly answer: Answer; readonly isSame: boolean; readonly withValue: boolean }
  | { readonly kind: "refused"; readonly message: string };

const PER_ROW = 8;
/** Bytes of one map that get cells; the table has all segments. */
const MOST_CELLS = 512;
const CALM = 200;
const ROLES: Readonly<Record<string, string>> = {
  value: "value",
  pointer: "address of what lies elsewhere",
  length: "how much lies there",
  handle: "handle",
  discriminant: "which case",
  payload: "payload",
  rest: "more of the same",
  padding: "padding",
};

const pointer = byId("pointer", HTMLSelectElement);
const value = byId("value", HTMLTextAreaElement);
let timer: number | undefined;

onMessage((received) => {
  const message = received as Message;
  if (message.kind === "refused") {
    problem(message.message);
    return;
  }
  problem(undefined);
  const { answer, isSame, withValue } = message;
  byId("title").textContent = answer.item;
  byId("functions").hidden = answer.kind !== "function";
  byId("values").hidden = answer.kind !== "type";
  byId("layout").hidden = answer.kind !== "type";
  if (answer.kind === "function") {
    showFunctions(answer);
    return;
  }
  showFacts(answer);
  if (!(isSame && withValue)) {
    showLayouts(answer);
  }
  if (withValue) {
    showValue(answer);
  } else {
    if (!isSame) {
      value.value = answer.start ?? "";
    }
    askForValue();
  }
});

function showFacts({ definition = "", view }: Answer): void {
  if (view === undefined) {
    return;
  }
  const flat = view.flat === null ? `${view.flat_count} core values` : view.flat.join(" ");
  byId("facts").replaceChildren(
    make("code", {}, definition),
    make("br"),
    `${count(view.size, "byte")}, alignment ${view.alignment}, flat: `,
    make("code", {}, flat),
  );
}

function showLayouts({ layouts = [], view }: Answer): void {
  const parts: Node[] = [];
  const roles = new Set(layouts.flatMap(({ segments }) => segments.map(({ role }) => role)));
  const legend = make("ul", { class: "legend", "aria-label": "Colours" });
  for (const [role, told] of Object.entries(ROLES)) {
    if (roles.has(role)) {
      legend.append(make("li", { class: role }, told));
    }
  }
  parts.push(legend);
  for (const layout of layouts) {
    if (layout.case !== null) {
      const number = view?.cases?.find(({ name }) => name === layout.case)?.discriminant;
      parts.push(make("h2", {}, number === undefined ? layout.case : `${layout.case} (case ${number})`));
    }
    parts.push(...mapAndTable(layout.segments));
  }
  if (view?.flags !== undefined) {
    const rows = view.flags.map(({ name, bit }) => row([String(bit), `0x${(2 ** bit).toString(16)}`, name], 2));
    parts.push(make("h2", {}, "Bits"), table(["bit", "mask", "flag"], rows));
  }
  byId("layout").replaceChildren(...parts);
}

/** The cells of segments, and the table of them; pointing at one shows the other. */
function mapAndTable(segments: readonly Segment[]): Node[] {
  const cells = make("div", { class: "map", "aria-hidden": "true" });
  const rows: HTMLTableRowElement[] = [];
  const shown = new Map<number, HTMLElement[]>();
  const end = segments.reduce((most, { offset, size }) => Math.max(most, offset + size), 0);
  let odd = false;
  segments.forEach((segment, index) => {
    odd = segment.role === "value" ? !odd : odd;
    const kind = segment.role === "value" && odd ? "value odd" : segment.role;
    for (let byte = segment.offset; byte < Math.min(segment.offset + segment.size, MOST_CELLS); ) {
      if (byte % PER_ROW === 0) {
        cells.append(make("div", { class: "offset mono" }, String(byte)));
      }
      const width = Math.min(segment.offset + segment.size, MOST_CELLS, byte - (byte % PER_ROW) + PER_ROW) - byte;
      const first = byte === segment.offset;
      const name = segment.role === "padding" ? "" : segment.path || segment.type;
      const cell = make("div", { class: `cell ${kind}${first ? "" : " goes-on"}`, title: told(segment) }, first ? name : "…");
      cell.style.gridColumn = `span ${width}`;
      cells.append(cell);
      link(shown, index, cell);
      byte += width;
    }
    const line = row([String(segment.offset), String(segment.size), segment.path, segment.type, ROLES[segment.role] ?? ""], 2);
    line.firstElementChild?.prepend(make("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), " ");
    rows.push(line);
    link(shown, index, line);
  });
  const listed = table(["offset", "size", "part", "type", "for"], rows);
  const cut = end > MOST_CELLS ? [make("p", { class: "quiet" }, `The map shows the first ${MOST_CELLS} of ${end} bytes.`)] : [];
  return [cells, ...cut, listed];
}

/** Lights up all that shows the same segment. */
function link(shown: Map<number, HTMLElement[]>, index: number, element: HTMLElement): void {
  const others = shown.get(index) ?? [];
  others.push(element);
  shown.set(index, others);
  for (const [event, on] of [["mouseenter", true], ["mouseleave", false]] as const) {
    element.addEventListener(event, () => {
      for (const one of others) {
        one.classList.toggle("hot", on);
      }
    });
  }
}

function told({ offset, size, path, type, role }: Segment): string {
  const last = offset + size - 1;
  const where = size === 1 ? `byte ${offset}` : `bytes ${offset} to ${last}`;
  return `${where}: ${role === "padding" ? "padding" : `${path ? `${path}, ` : ""}${type} (${ROLES[role] ?? role})`}`;
}

function showValue({ problems = [], bytes = [], flatValues = [], heapFrom = 0 }: Answer): void {
  const wrong = problems[0]?.message ?? "";
  byId("value-problem").replaceChildren(...withCode(wrong));
  value.setAttribute("aria-invalid", String(wrong !== ""));
  if (wrong !== "") {
    return;
  }
  const rows = bytes.map((piece) => {
    const hex = (piece.hex.match(/../g) ?? []).join(" ") + (piece.size * 2 > piece.hex.length ? " …" : "");
    const address = `0x${piece.address.toString(16).padStart(4, "0")}`;
    const line = row([address, hex, piece.path, piece.meaning], 0);
    line.classList.toggle("quiet", piece.path === "");
    line.title = piece.address >= heapFrom ? "what the value points to" : "the value itself";
    return line;
  });
  byId("bytes").replaceChildren(
    table(["address", "bytes", "part", "meaning"], rows),
    make("p", {}, "core values: ", make("code", {}, flatValues.join(", ") || "none")),
  );
}

function showFunctions({ functions = [] }: Answer): void {
  byId("facts").textContent = "";
  byId("functions").replaceChildren(
    ...functions.flatMap(({ interface: owner, signature, view }) => [
      make("p", {}, make("code", {}, signature), owner === "" ? "" : ` of ${owner}`),
      table(
        ["part", "type", "core values"],
        [
          ...view.params.map((one) => row([one.name, one.type, flatText(one.flat)], 0)),
          ...(view.result === null ? [] : [row(["result", view.result.type, flatText(view.result.flat)], 0)]),
        ],
      ),
      make("h2", {}, "As a core module sees it"),
      table(
        ["", "name", "signature"],
        [
          row(["import", `"${view.import_module}" "${view.import_name}"`, signatureText(view.import)], 0),
          row(["export", `"${view.export_name}"`, signatureText(view.export)], 0),
        ],
      ),
    ]),
  );
}

function flatText(flat: readonly string[] | null): string {
  return flat === null ? "many" : flat.join(" ");
}

function signatureText({ params, results }: Signature): string {
  return `(${params.join(", ")}) -> ${results.join(", ") || "nothing"}`;
}

/** A row of texts, of which the first `numbers` are numbers. */
function row(cells: readonly string[], numbers: number): HTMLTableRowElement {
  return make(
    "tr",
    {},
    ...cells.map((text, index) => make("td", { class: index < numbers ? "number mono" : "mono" }, text)),
  );
}

function table(head: readonly string[], rows: readonly HTMLTableRowElement[]): HTMLTableElement {
  const titles = head.map((text) => make("th", { scope: "col" }, text));
  return make("table", {}, make("thead", {}, make("tr", {}, ...titles)), make("tbody", {}, ...rows));
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

function askForValue(): void {
  editor.postMessage({ kind: "ask", pointer: pointer.value, value: value.value });
}

pointer.addEventListener("change", () => {
  editor.postMessage({ kind: "ask", pointer: pointer.value, value: null });
});
value.addEventListener("input", () => {
  clearTimeout(timer);
  timer = window.setTimeout(askForValue, CALM);
});
byId("open").addEventListener("click", () => {
  editor.postMessage({ kind: "open" });
});
editor.postMessage({ kind: "ready" });
