import type { GitHub, Issue } from "./github.js";

const LABEL = "fleet-drift";

const markerOf = (stack: string): string => `<!-- agent-fleet:drift stack=${stack} -->`;
/** The link to the run is another one each time, and no news. */
const withoutRun = (body: string): string => body.replace(/ \[Last look\]\(.*\)$/, "");

/** The issues that tell of drift, one for each stack. Only those are ours that we have opened and that begin with our line. */
export class Issues {
  readonly #github: GitHub;
  #known: Promise<{ all: Issue[]; me: string }> | undefined;

  constructor(github: GitHub) {
    this.#github = github;
  }

  /** Tells of drift: anew, in the issue that is open, or in the one that we have closed. */
  async open(stack: string, text: string): Promise<string> {
    const body = `${markerOf(stack)}\n${text}`;
    const { open, last, me } = await this.#of(stack);
    if (open) {
      if (withoutRun(open.body) === withoutRun(body)) return `drifts still, see #${open.number}`;
      await this.#github.updateIssue(open.number, { body });
      return `drifts otherwise than before, see #${open.number}`;
    }
    // What a person has closed is closed.
    if (last && (await this.#github.closedBy(last.number)) === me) {
      await this.#github.updateIssue(last.number, { body, state: "open" });
      await this.#github.comment(last.number, "It drifts again.", "issues: write");
      return `drifts again, see #${last.number}`;
    }
    const title = `Drift: ${stack}`;
    return `drifts, see #${await this.#github.openIssue({ title, body, labels: [LABEL] })}`;
  }

  /** The drift is gone. */
  async close(stack: string, runUrl: string | undefined): Promise<string> {
    const { open } = await this.#of(stack);
    if (!open) return "no drift";
    const where = runUrl ? ` ([run](${runUrl}))` : "";
    await this.#github.comment(open.number, `What is there is as declared again${where}.`, "issues: write");
    await this.#github.updateIssue(open.number, { state: "closed" });
    return `no drift any more, #${open.number} is closed`;
  }

  /** The stack's open issue and its newest closed one. Two that are open, left by two runs at once, become one. */
  async #of(stack: string): Promise<{ open: Issue | undefined; last: Issue | undefined; me: string }> {
    this.#known ??= this.#read();
    const { all, me } = await this.#known;
    const marker = markerOf(stack);
    const ours = all.filter(({ author, body }) => author === me && body.split(/\r?\n/, 1)[0] === marker);
    const [open, ...doubles] = ours.filter((issue) => issue.open);
    for (const { number } of doubles) {
      await this.#github.comment(number, `The same as #${open!.number}.`, "issues: write");
      await this.#github.updateIssue(number, { state: "closed" });
    }
    return { open, last: ours.filter((issue) => !issue.open).at(-1), me };
  }

  async #read(): Promise<{ all: Issue[]; me: string }> {
    return { all: await this.#github.issues(LABEL), me: await this.#github.login() };
  }
}
