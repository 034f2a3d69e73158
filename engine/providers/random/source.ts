import { createHash, randomBytes } from "node:crypto";

/** Where random numbers come from. */
export interface RandomSource {
  /** A whole number in [0, bound), each as likely as the other. */
  below(bound: bigint): bigint;
}

/** The operating system's generator. */
export const secureSource: RandomSource = fromBytes((count) => randomBytes(count));

/**
 * The same seed gives the same numbers, on every machine. They are not the numbers that the vendor's plugin takes from the
 * same seed (Go's generator): what a stack already holds stays, only what is generated anew differs.
 */
export function seededSource(seed: string): RandomSource {
  let counter = 0n;
  let pool = Buffer.alloc(0);
  return fromBytes((count) => {
    while (pool.length < count) {
      const block = createHash("sha256").update(`${counter++}:${seed}`).digest();
      pool = Buffer.concat([pool, block]);
    }
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return taken;
  });
}

/** Rejection sampling: draws as many bits as the bound has, again if they are too large. */
function fromBytes(bytes: (count: number) => Uint8Array): RandomSource {
  return {
    below(bound) {
      if (bound <= 1n) return 0n;
      const bits = (bound - 1n).toString(2).length;
      const mask = (1n << BigInt(bits)) - 1n;
      for (;;) {
        const drawn = BigInt(`0x${Buffer.from(bytes(Math.ceil(bits / 8))).toString("hex")}`) & mask;
        if (drawn < bound) return drawn;
      }
    },
  };
}

/** One element of a list that is not empty. */
export function pick<T>(source: RandomSource, items: readonly T[]): T {
  return items[Number(source.below(BigInt(items.length)))]!;
}

/** A permutation, each as likely as the other (Fisher-Yates). */
export function shuffled<T>(source: RandomSource, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Number(source.below(BigInt(last + 1)));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
