import fc from "fast-check";
import { additions, type Edit, EMPTY, edited, edits, mayBeForced } from "./edits.js";
import { type Fault, faults } from "./faults.js";
import { Broken } from "./invariants.js";
import type { RunRequest, Workshop } from "./machine.js";
import { isOwn, type Program, urnOf } from "./program.js";
import { Story } from "./story.js";

/** One step of a history: the program changes, perhaps the cloud too, and a run in which something goes wrong. */
export interface Turn {
  edits: Edit[];
  /** Somebody deletes or changes an object behind the engine's back. */
  drift?: { at: number; how: "delete" | "change" };
  run: "up" | "refresh" | "destroy";
  refresh: boolean;
  /** For some resources only. */
  only?: { how: "targets" | "excludes" | "replaces"; at: number[]; dependents: boolean };
  continueOnError: boolean;
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
    only: fc.option(
      fc.record({
        how: fc.constantFrom("targets" as const, "excludes" as const, "replaces" as const),
        at: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
        dependents: fc.boolean(),
      }),
      { nil: undefined, freq: 4 },
    ),
    continueOnError: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    refresh: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    faults,
    settle: fc.boolean(),
    seed: fc.nat({ max: 1000 }),
    parallel: fc.constantFrom(8, 1, 3),
  },
  { requiredKeys: ["edits", "run", "refresh", "continueOnError", "faults", "settle", "seed", "parallel"] },
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
    const kind = turn.run === "up" || at === 0 ? "update" : turn.run;
    const excludeProtected = kind === "destroy" && turn.seed % 3 === 0 && turn.only === undefined;
    await story.run({ ...turn, kind, excludeProtected, only: chosen(story.program, turn.only) });
    if (turn.settle || at === turns.length - 1) await story.settle(turn);
  }
  if (destroy) await story.destroy(turns.at(-1) as Turn);
}

/** The URNs of what a run is for. Only what can stand beside its replacement can be replaced for no reason that its provider knows. */
function chosen(program: Program, only: Turn["only"]): RunRequest["only"] {
  if (only === undefined) return undefined;
  const { how, at, dependents } = only;
  const choice =
    how === "replaces" ? program.resources.filter((item) => isOwn(item) && mayBeForced(item)) : program.resources;
  const urns = at
    .flatMap((n) => choice.slice(n % Math.max(1, choice.length)).slice(0, 1))
    .map((item) => urnOf(program, item));
  return urns.length === 0 ? undefined : { how, urns, dependents };
}
