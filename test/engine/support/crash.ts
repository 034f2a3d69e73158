import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { TestProject } from "./project.js";

export const PASSPHRASE = "correct horse";

export const parallelOf = (env: NodeJS.ProcessEnv): number => Number(env.CRASH_PARALLEL ?? 1);

export interface CrashedRun {
  /** Points that were passed, the last of them the deadly one if the process was killed. */
  points: string[];
  killed: boolean;
}

/** Runs `up` on a project in a process that kills itself at the given point; 0 lets it through. `only`: which points count. */
export function crashingUp(
  project: TestProject,
  at: number,
  { only = "", parallel = 1 }: { only?: string; parallel?: number } = {},
): Promise<CrashedRun> {
  const script = resolve("test/engine/support/crash-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, project.folder, String(at), only], {
    env: { ...process.env, CRASH_PARALLEL: String(parallel) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      if (signal !== "SIGKILL" && code !== 0) fail(new Error(`the run ended with ${code ?? signal}: ${err}`));
      else done({ points: out.split("\n").filter(Boolean), killed: signal === "SIGKILL" });
    });
  });
}
