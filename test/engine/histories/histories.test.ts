import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { histories, play } from "./history.js";
import { Workshop } from "./machine.js";

/**
 * Random programs, edits of them, and runs in which providers fail, the process is killed, the user cancels. More with
 * ENGINE_HISTORIES=<n>, others with ENGINE_SEED=<number> or ENGINE_SEED=random, one alone with ENGINE_HISTORY=<file with its JSON, or
 * the JSON>. Without, they are the same for everybody: who changes something else does not answer for a find that is new by chance.
 */
const HISTORIES = Number(process.env.ENGINE_HISTORIES ?? 2000);
const { ENGINE_SEED = "102" } = process.env;
const SEED = ENGINE_SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(ENGINE_SEED);
const ONE = process.env.ENGINE_HISTORY;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

it.skipIf(ONE !== undefined)(
  `keeps state and cloud true through ${HISTORIES} histories`,
  async () => {
    let played = 0;
    const property = fc.asyncProperty(histories, async (history) => {
      await play(history, workshop);
      played++;
    });
    const details = await fc.check(property, { numRuns: HISTORIES, seed: SEED });
    if (details.failed) {
      const json = JSON.stringify(details.counterexample?.[0]);
      const story =
        details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
      throw new Error(
        `history ${details.numRuns} of seed ${SEED} broke a rule. After shrinking ${details.numShrinks} times:\n${story}\n` +
          `play it again: ENGINE_HISTORY='${json}' npx vitest run test/engine/histories`,
      );
    }
    console.log(`${played} histories held, seed ${SEED}`);
    expect(played).toBe(HISTORIES);
  },
  60_000 + HISTORIES * 1_000,
);

it.runIf(ONE !== undefined)("keeps state and cloud true through one history", async () => {
  const text = ONE?.startsWith("{") ? ONE : readFileSync(ONE as string, "utf8");
  await expect(play(JSON.parse(text), workshop)).resolves.toBeUndefined();
});
