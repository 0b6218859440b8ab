// The page of a diagram: puts the server's SVG in place, follows clicks and keys, zooms.
import { byId, editor, make, onMessage, problem } from "./page";

interface Drawn {
  readonly title: string;
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly world?: string;
  readonly worlds?: readonly { readonly world: string; readonly name: string }[];
}

type Message =
  | { readonly kind: "drawn"; readonly drawn: Drawn }
  | { readonly kind: "refused"; readonly message: string };

const STEP = 1.25;
const picture = byId("picture");
const worlds = byId("worlds", HTMLSelectElement);
const fit = byId("fit", HTMLButtonElement);
let drawn: Drawn | undefined;
let zoom: number | undefined; // undefined: as large as fits

onMessage((received) => {
  const message = received as Message;
  if (message.kind === "refused") {
    problem(message.message);
    return;
  }
  problem(undefined);
  drawn = message.drawn;
  byId("title").textContent = drawn.title;
  // The server's SVG is our own: its names are escaped, and no script without our nonce runs anyway.
  const parsed = new DOMParser().parseFromString(drawn.svg, "image/svg+xml").documentElement;
  const style = parsed.querySelector("style");
  style?.setAttribute("nonce", document.body.dataset["nonce"] ?? "");
  const focused = document.activeElement?.getAttribute("aria-label");
  picture.replaceChildren(document.importNode(parsed, true));
  if (focused) {
    picture.querySelector<SVGElement>(`[aria-label="${CSS.escape(focused)}"][data-subject]`)?.focus();
  }
  choices(drawn);
  resize();
});

function choices({ world, worlds: all = [] }: Drawn): void {
  const label = worlds.closest("label");
  if (label !== null) {
    label.hidden = all.length < 2;
  }
  worlds.replaceChildren(
    ...all.map((one) => {
      const option = make("option", { value: one.world }, one.name);
      option.selected = one.world === world;
      return option;
    }),
  );
}

function resize(): void {
  const svg = picture.querySelector("svg");
  if (svg === null || drawn === undefined) {
    return;
  }
  const room = picture.clientWidth - 4;
  const factor = zoom ?? Math.min(1, room / drawn.width);
  svg.setAttribute("width", String(Math.round(drawn.width * factor)));
  svg.setAttribute("height", String(Math.round(drawn.height * factor)));
  fit.setAttribute("aria-pressed", String(zoom === undefined));
}

function scale(by: number): void {
  const width = Number(picture.querySelector("svg")?.getAttribute("width") ?? "0");
  if (drawn !== undefined && width > 0) {
    zoom = Math.min(4, Math.max(0.1, (width / drawn.width) * by));
    resize();
  }
}

function follow(target: EventTarget | null): boolean {
  const link = target instanceof Element ? target.closest("[data-subject]") : null;
  if (link === null) {
    return false;
  }
  editor.postMessage({ kind: "open", subject: Number(link.getAttribute("data-subject")) });
  return true;
}

picture.addEventListener("click", (event) => follow(event.target));
picture.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && follow(event.target)) {
    event.preventDefault();
  }
});
worlds.addEventListener("change", () => {
  editor.postMessage({ kind: "choose", world: worlds.value });
});
byId("larger").addEventListener("click", () => {
  scale(STEP);
});
byId("smaller").addEventListener("click", () => {
  scale(1 / STEP);
});
fit.addEventListener("click", () => {
  zoom = undefined;
  resize();
});
byId("save").addEventListener("click", () => {
  editor.postMessage({ kind: "save" });
});
window.addEventListener("resize", resize);
editor.postMessage({ kind: "ready" });
