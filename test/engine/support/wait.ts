import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds; fails when that takes longer than `seconds`. */
export async function until(condition: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited for ${seconds} s`);
    await sleep(50);
  }
}
