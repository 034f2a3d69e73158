import fc from "fast-check";
import { additions, type Edit, EMPTY, edited, edits } from "./edits.js";
import { type Fault, faults } from "./faults.js";
import { Broken } from "./invariants.js";
import type { Workshop } from "./machine.js";
import { Story } from "./story.js";

/** One step of a history: the program changes, perhaps the cloud too, and a run in which something goes wrong. */
export interface Turn {
  edits: Edit[];
  /** Somebody deletes or changes an object behind the engine's back. */
  drift?: { at: number; how: "delete" | "change" };
  run: "up" | "refresh" | "destroy";
  refresh: boolean;
  faults: Fault[];
  /** Afterwards all goes well once, and everything must be as declared. */
  settle: boolean;
  /** Of the run's timing. */
  seed: number;
  parallel: number;
}

export interface History {
  start: Edit[];
  turns: Turn[];
  destroy: boolean;
}

const turn: fc.Arbitrary<Turn> = fc.record(
  {
    edits,
    drift: fc.option(
      fc.record({ at: fc.nat({ max: 20 }), how: fc.constantFrom("delete" as const, "change" as const) }),
      {
        nil: undefined,
        freq: 6,
      },
    ),
    run: fc.oneof(
      { weight: 8, arbitrary: fc.constant("up" as const) },
      { weight: 1, arbitrary: fc.constant("refresh" as const) },
      { weight: 1, arbitrary: fc.constant("destroy" as const) },
    ),
    refresh: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    faults,
    settle: fc.boolean(),
    seed: fc.nat({ max: 1000 }),
    parallel: fc.constantFrom(8, 1, 3),
  },
  { requiredKeys: ["edits", "run", "refresh", "faults", "settle", "seed", "parallel"] },
);

export const histories: fc.Arbitrary<History> = fc.record({
  start: additions,
  turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
  destroy: fc.boolean(),
});

/** Plays one history from an empty stack to its end. Throws an Error with the story so far if a rule is broken. */
export async function play(history: History, workshop: Workshop): Promise<void> {
  const story = new Story(workshop);
  try {
    await tell(history, story);
  } catch (error) {
    const told = error instanceof Broken ? error.message : error instanceof Error ? (error.stack ?? "") : String(error);
    throw new Error(`${story.lines.join("\n")}\n  => ${told}`);
  }
}

async function tell({ start, turns, destroy }: History, story: Story): Promise<void> {
  story.program = edited(EMPTY, start);
  for (const [at, turn] of turns.entries()) {
    story.program = edited(story.program, turn.edits);
    if (turn.drift !== undefined) story.drift(turn.drift);
    // A stack that was never up has nothing to refresh or destroy.
    await story.run({ ...turn, kind: turn.run === "up" || at === 0 ? "update" : turn.run });
    if (turn.settle || at === turns.length - 1) await story.settle(turn);
  }
  if (destroy) await story.destroy(turns.at(-1) as Turn);
}
