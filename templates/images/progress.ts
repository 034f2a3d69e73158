/** Seconds between two lines about a step that is still running. */
const HEARTBEAT_SECONDS = 5;

/** Progress of one build, as plain lines on standard error: who reads it may be a log, so nothing is overwritten. */
export class Progress {
  constructor(
    private readonly image: string,
    private readonly write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  ) {}

  say(text: string): void {
    this.write(`${this.image}: ${text}`);
  }

  /** Runs one step, saying when it begins, every few seconds that it goes on, and how long it took. */
  async step<T>(label: string, run: (detail: (text: string) => void) => Promise<T>): Promise<T> {
    const begun = Date.now();
    let detail = "";
    const seconds = () => Math.round((Date.now() - begun) / 1000);
    this.say(`${label} ...`);
    const timer = setInterval(() => {
      this.say(`${label} ... ${seconds()} s${detail ? ` (${detail})` : ""}`);
    }, HEARTBEAT_SECONDS * 1000);
    try {
      const result = await run((text) => {
        detail = text;
      });
      this.say(`${label}: done in ${seconds()} s`);
      return result;
    } finally {
      clearInterval(timer);
    }
  }
}
