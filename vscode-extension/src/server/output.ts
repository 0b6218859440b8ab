// What guests write, as lines for people: whose it is in front of each, in the order in which it came. Knows nothing of VS Code.

/** A piece of what a component wrote, as the server passes it on. */
export interface GuestOutput {
  readonly component: string;
  readonly stream: string;
  readonly text: string;
}

/** Turns pieces into text to append. A piece may end anywhere in a line, and the next one may be another component's. */
export class GuestLines {
  /** Who has written the line that is not yet ended. */
  private open: string | undefined;

  add({ component, stream, text }: GuestOutput): string {
    const writer = stream === "stderr" ? `${component} (stderr)` : component;
    let shown = "";
    for (const line of text.split(/(?<=\n)/)) {
      if (line === "") {
        continue;
      }
      if (this.open !== writer) {
        shown += `${this.open === undefined ? "" : "\n"}[${writer}] `;
      }
      shown += line;
      this.open = line.endsWith("\n") ? undefined : writer;
    }
    return shown;
  }
}
