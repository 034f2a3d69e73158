import { execFile } from "node:child_process";
import { FleetError } from "../errors.js";

/** Large enough for the names of all files of a project. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** Runs git in a folder. Rejects with FleetError, `what` says what was tried. */
export function git(cwd: string, args: string[], what: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      ["-c", "core.quotePath=false", ...args],
      { cwd, maxBuffer: MAX_OUTPUT, env: { ...process.env, ...env, LC_ALL: "C" } },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if ((error as NodeJS.ErrnoException).code === "ENOENT")
          return reject(new FleetError("git is not installed, or not on PATH", "install git: versions come from it"));
        const said = stderr.trim().split("\n")[0] || error.message;
        reject(new FleetError(`${what}: ${said}`, adviceFor(stderr)));
      },
    );
  });
}

/** As {@link git}, but undefined where git says no. */
export const gitIfThere = (cwd: string, args: string[]): Promise<string | undefined> =>
  git(cwd, args, "").then(
    (text) => text.trim(),
    () => undefined,
  );

function adviceFor(stderr: string): string | undefined {
  if (/not a git repository/.test(stderr)) return "run it in a git clone of the project: versions come from git";
  if (/dubious ownership/.test(stderr)) return "the clone belongs to another user: see git's safe.directory";
  return undefined;
}
