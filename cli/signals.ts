import type { Cancellation } from "../engine/run.js";

/**
 * Ctrl-C, a service manager's stop, a closed terminal: the first finishes what is in flight, the second stops it, the third ends the
 * process (its state is safe; the next run says what was in flight). The display tells the first two. Gives back what undoes it.
 */
export function onSignals(cancellation: Cancellation): () => void {
  let count = 0;
  const handle = (): void => {
    count++;
    if (count > 2) process.exit(8);
    cancellation.request();
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
