import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Processes that have `variable` in their environment, zombies left out, as `pid: command line`. Linux only. */
export function processesWith(variable: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(variable)) return [];
        return [`${pid}: ${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").slice(0, 200)}`];
      } catch {
        return []; // It went meanwhile, or is another user's.
      }
    });
}

/** Waits until no process has `variable` in its environment. Fails with the command lines of those that stay. */
export async function untilGone(variable: string, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const left = processesWith(variable);
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`still running ${milliseconds / 1000} s later:\n${left.join("\n")}`);
    await sleep(50);
  }
}
