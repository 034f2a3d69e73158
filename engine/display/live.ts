import { stripVTControlCharacters } from "node:util";

/** Redraws at most this often, in milliseconds. */
const REDRAW_MS = 100;
/** A colour sequence; splitting at it keeps it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const COLOR = /(\u001b\[[0-9;]*m)/;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/**
 * The lower end of a terminal, drawn anew in place, while finished lines scroll away above it. The cursor comes back on every exit
 * that a process can see.
 */
export class LiveRegion {
  #drawn = 0;
  #pending: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastDraw = 0;
  #open = false;
  readonly #ticker: NodeJS.Timeout;

  /** `lines` gives what to show at the moment; it is asked at each redraw, which `invalidate` and the passing of time cause. */
  constructor(
    private readonly out: NodeJS.WritableStream & { columns?: number; rows?: number },
    private readonly lines: () => string[],
  ) {
    this.#ticker = setInterval(() => this.invalidate(), 250);
    this.#ticker.unref();
    process.on("exit", this.#restore);
    process.on("SIGTERM", this.#onSignal);
    process.on("SIGHUP", this.#onSignal);
    this.#open = true;
    this.out.write(HIDE_CURSOR);
  }

  /** Puts a finished line above the region. */
  print(line: string): void {
    this.#pending.push(line);
    this.invalidate();
  }

  /** Something changed: redraw, now or soon. */
  invalidate(): void {
    if (!this.#open || this.#timer) return;
    const wait = Math.max(0, this.#lastDraw + REDRAW_MS - Date.now());
    this.#timer = setTimeout(() => this.#draw(), wait);
    this.#timer.unref();
  }

  /** Removes the region, prints what is still to print and gives the cursor back. */
  close(): void {
    if (!this.#open) return;
    clearInterval(this.#ticker);
    clearTimeout(this.#timer);
    this.out.write(this.#erase() + this.#flush());
    this.#restore();
    process.off("exit", this.#restore);
    process.off("SIGTERM", this.#onSignal);
    process.off("SIGHUP", this.#onSignal);
  }

  #draw(): void {
    this.#timer = undefined;
    this.#lastDraw = Date.now();
    const rows = Math.max(3, (this.out.rows ?? 24) - 2);
    const all = this.lines();
    const shown =
      all.length <= rows ? all : [...all.slice(0, rows - 2), `  … and ${all.length - rows + 1} more`, all.at(-1)!];
    const width = (this.out.columns ?? 80) - 1;
    const text = this.#erase() + this.#flush() + shown.map((line) => `${cut(line, width)}\n`).join("");
    this.#drawn = shown.length;
    this.out.write(text);
  }

  #erase(): string {
    const text = this.#drawn > 0 ? `\u001b[${this.#drawn}A\r\u001b[J` : "";
    this.#drawn = 0;
    return text;
  }

  #flush(): string {
    const text = this.#pending.map((line) => `${line}\n`).join("");
    this.#pending = [];
    return text;
  }

  readonly #restore = (): void => {
    if (!this.#open) return;
    this.#open = false;
    this.out.write(SHOW_CURSOR);
  };

  /** Our listener takes away the default end of the process: if nobody else cares for the signal, it is raised again. */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const alone = process.listenerCount(signal) === 1;
    if (!alone) return;
    this.close();
    process.kill(process.pid, signal);
  };
}

/** Cuts a line to a width, colours not counted, so that it never wraps: a wrapped line could not be erased. */
export function cut(line: string, width: number): string {
  if (stripVTControlCharacters(line).length <= width) return line;
  let room = Math.max(0, width - 1);
  let text = "";
  for (const piece of line.split(COLOR)) {
    if (piece.startsWith("\u001b[")) text += piece;
    else {
      text += piece.slice(0, room);
      room = Math.max(0, room - piece.length);
    }
  }
  return `${text}…\u001b[0m`;
}
