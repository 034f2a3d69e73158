import { closeSync, openSync, rmSync } from "node:fs";

/** Runs `act` while this process alone holds the lock file. Waits in place: what is guarded takes microseconds. */
export function locked<T>(path: string, act: () => T): T {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      closeSync(openSync(path, "wx"));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      Atomics.wait(pause, 0, 0, 2);
    }
  }
  try {
    return act();
  } finally {
    rmSync(path, { force: true });
  }
}
