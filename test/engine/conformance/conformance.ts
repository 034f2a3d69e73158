import { runCase } from "./run-case.js";
import type { ConformanceCase } from "./types.js";

export type { ConformanceCase, World } from "./types.js";
export { seal, urn } from "./world.js";

/** Where cases go while they are collected rather than tested. */
let collected: ConformanceCase[] | undefined;

const vitest = process.env.VITEST ? await import("vitest") : undefined;
vitest?.vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Declares a case: a test in a test run. See README.md. */
export function conformance(definition: ConformanceCase): void {
  if (collected !== undefined) {
    collected.push(definition);
    return;
  }
  if (vitest === undefined) throw new Error("cases run under vitest, or with `npm run conformance`");
  const { expect, it } = vitest;
  it(`${definition.name}: ${definition.semantic}`, async () => {
    const { problems } = await runCase(definition, "hermetic");
    expect(problems).toEqual([]);
  });
}

/** All cases of the files that `load` imports. */
export async function collectCases(load: () => Promise<unknown>): Promise<ConformanceCase[]> {
  collected = [];
  try {
    await load();
    return collected;
  } finally {
    collected = undefined;
  }
}
