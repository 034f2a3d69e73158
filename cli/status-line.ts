/** What is being done, in one line that is overwritten, on a terminal; elsewhere each new kind of work is told once. */
export class Status {
  #told = "";
  readonly #terminal = process.stderr.isTTY === true;

  /** `Simulating: 3 of 12 stacks`. */
  show(text: string): void {
    if (this.#terminal) {
      process.stderr.write(`\r\u001b[K${text}`);
      return;
    }
    const [what = ""] = text.split(":");
    if (what !== this.#told) process.stderr.write(`${what} …\n`);
    this.#told = what;
  }

  end(): void {
    if (this.#terminal) process.stderr.write("\r\u001b[K");
  }
}
