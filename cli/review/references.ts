import { FleetError } from "../errors.js";
import { sectionIn } from "../stack-edit.js";

/** Stacks of the same project that a stack's file refers to. The file may be of a version of the program that knows other sections. */
export function referencesOf(text: string, project: string): string[] {
  const shared = Object.values(sectionIn(project, text, "shared") ?? {});
  const names = shared.map((entry) => (entry as { stack?: unknown } | null)?.stack);
  return names.flatMap((name) => {
    if (typeof name !== "string") return [];
    const parts = name.split("/");
    return parts.length === 1 || parts[1] === project ? [parts.at(-1)!] : [];
  });
}

/**
 * Stacks in waves: each refers only to stacks of former ones. Throws FleetError for those that refer to each other in a circle.
 *
 * @param referred the stacks that each refers to; what is not among the stacks does not count
 */
export function inWaves(stacks: string[], referred: (stack: string) => string[]): string[][] {
  const waves: string[][] = [];
  const left = new Set(stacks);
  while (left.size > 0) {
    const wave = [...left].filter((stack) => !referred(stack).some((other) => other !== stack && left.has(other)));
    if (wave.length === 0) throw inCircle(left);
    waves.push(wave);
    for (const stack of wave) left.delete(stack);
  }
  return waves;
}

export const inCircle = (stacks: Iterable<string>): FleetError =>
  new FleetError(
    `the stacks ${[...stacks].join(", ")} refer to each other in a circle`,
    "take one of their entries in `shared` out: one of them has to come first",
  );

/** The stacks, and all that they refer to, directly or not. */
export function withReferred(stacks: string[], referred: (stack: string) => string[]): string[] {
  const all = new Set(stacks);
  for (const stack of all) for (const other of referred(stack)) all.add(other);
  return [...all];
}

/** Of all stacks, those that refer to one of some, directly or not, and are none of them; each with one that it refers to. */
export function dependentsOf(
  some: Iterable<string>,
  all: string[],
  referred: (stack: string) => string[],
): Map<string, string> {
  const known = new Set(some);
  const causes = new Map<string, string>();
  for (let size = -1; size !== known.size; ) {
    size = known.size;
    for (const stack of all) {
      const cause = known.has(stack) ? undefined : referred(stack).find((other) => known.has(other));
      if (cause === undefined) continue;
      known.add(stack);
      causes.set(stack, cause);
    }
  }
  return causes;
}
