import { readYaml } from "../../spec/check/yaml.js";
import { FleetError } from "../errors.js";

/** Stacks of the same project that a stack's file refers to. The file may be of a version of the program that knows other sections. */
export function referencesOf(text: string, project: string): string[] {
  const { config } = (readYaml(text).read?.value ?? {}) as { config?: Record<string, unknown> };
  const shared = config?.[`${project}:shared`] ?? config?.shared;
  if (typeof shared !== "object" || shared === null) return [];
  const names = Object.values(shared).map((entry) => (entry as { stack?: unknown } | null)?.stack);
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
    if (wave.length === 0) {
      throw new FleetError(
        `the stacks ${[...left].join(", ")} refer to each other in a circle`,
        "take one of their entries in `shared` out: one of them has to come first",
      );
    }
    waves.push(wave);
    for (const stack of wave) left.delete(stack);
  }
  return waves;
}

/** The stacks, and all that they refer to, directly or not. */
export function withReferred(stacks: string[], referred: (stack: string) => string[]): string[] {
  const all = new Set(stacks);
  for (const stack of all) for (const other of referred(stack)) all.add(other);
  return [...all];
}
