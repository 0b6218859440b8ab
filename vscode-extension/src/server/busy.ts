// What the server is at work on, of which there may be several things at once. Knows nothing of VS Code.

/** A progress notification of the protocol, as far as it is shown. */
export interface Progress {
  readonly kind: "begin" | "report" | "end";
  readonly title?: string;
  readonly message?: string;
  readonly percentage?: number;
}

interface Work {
  readonly title: string;
  readonly message: string | undefined;
  readonly percentage: number | undefined;
}

/** The works that have begun and not ended. */
export class BusyList {
  private readonly works = new Map<string | number, Work>();

  /** Takes a notification; what is going on now in words, undefined if nothing is. */
  note(token: string | number, { kind, title, message, percentage }: Progress): string | undefined {
    if (kind === "end") {
      this.works.delete(token);
    } else {
      const before = kind === "begin" ? undefined : this.works.get(token);
      this.works.set(token, {
        title: title ?? before?.title ?? "",
        message: message ?? before?.message,
        percentage: percentage ?? before?.percentage,
      });
    }
    return this.text();
  }

  clear(): void {
    this.works.clear();
  }

  /** What is going on now in words, undefined if nothing is. */
  text(): string | undefined {
    const last = [...this.works.values()].at(-1);
    if (last === undefined) {
      return undefined;
    }
    const words = [last.title, last.message].filter((part) => part !== undefined && part !== "").join(": ");
    const more = this.works.size > 1 ? ` (and ${this.works.size - 1} more)` : "";
    return `${words}${last.percentage === undefined ? "" : ` ${Math.round(last.percentage)} %`}${more}`;
  }
}
