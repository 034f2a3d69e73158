import { execFileSync } from "node:child_process";
import type { TestProject } from "../harness.js";

/** A project's git repository, with the author and the dates that tests need. */
export class Repository {
  constructor(readonly project: TestProject) {
    project.write(
      ".gitignore",
      "node_modules\ntemplates\nhome\nconfig\nstate\nout\n*.log\nevent.json\nsummary.md\noutput.txt\nbin\nscenario.json\ncalls.log\n",
    );
    this.git("init", "--quiet", "--initial-branch=main");
  }

  git(...args: string[]): string {
    const as = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...as, ...args], { cwd: this.project.root, encoding: "utf8" }).trim();
  }

  /** Commits all that is there, and gives the commit. */
  commit(message: string, files: Record<string, string> = {}): string {
    for (const [path, text] of Object.entries(files)) this.project.write(path, text);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    return this.git("rev-parse", "HEAD");
  }
}
