/** How long a call may take to end after the second Ctrl-C, in milliseconds. */
const ABORT_GRACE = 3_000;

/** Awaits a call; once the signal is aborted, only for a short while: a provider that does not listen must not hold up the end. */
export async function untilAborted<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  let stopWaiting = () => {};
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    stopWaiting = () => {
      timer = setTimeout(() => reject(new Error("it was cut off, and what it did is not known")), ABORT_GRACE);
    };
  });
  if (signal.aborted) stopWaiting();
  else signal.addEventListener("abort", stopWaiting, { once: true });
  try {
    return await Promise.race([act(), givenUp]);
  } finally {
    signal.removeEventListener("abort", stopWaiting);
    clearTimeout(timer);
  }
}
