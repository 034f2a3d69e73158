import type { Command } from "commander";
import pc from "picocolors";
import { FleetError } from "./errors.js";
import type { PolicyOptions } from "./policy-options.js";
import { isInteractive } from "./prompt.js";
import type { SelectionFlags } from "./selection.js";
import { simulatedUrl } from "./state.js";

/** Options that up, preview, refresh and destroy share. */
export interface OperationOptions extends PolicyOptions, SelectionFlags {
  yes?: boolean;
  json?: boolean;
  diff?: boolean;
  showSames?: boolean;
  eventLog?: string;
  refresh?: boolean;
  parallel?: number;
  message?: string;
  skipPreview?: boolean;
  simulate?: boolean;
  runProgram?: boolean;
  continueOnError?: boolean;
  expectNoChanges?: boolean;
  previewOnly?: boolean;
  /** Another name of it. */
  preview?: boolean;
}

export function addOperationOptions(command: Command, { changes }: { changes: boolean }): Command {
  command
    .option("--json", changes ? "print one event a line, for programs" : "print a digest of the plan, for programs")
    .option("--diff", "show every property of what changes, and each resource by itself")
    .option("--show-sames", "show what does not change, too")
    .option("--event-log <file>", "write the events to a file, one a line, as Pulumi has them")
    .option(
      "--parallel <n>",
      "operations at a time (default: 4 for each processor)",
      readCount("--parallel", "operations"),
    );
  if (changes) {
    command
      .option("-y, --yes", "do not ask")
      .option("--skip-preview", "do not plan first; needs --yes")
      .option("-m, --message <text>", "kept in the stack's history");
  }
  return command.option("--simulate", "with simulated providers and a state of their own: nothing real is touched");
}

/** What the program is told: where nothing is made, it does without secrets that have no value yet. */
export const programEnvironment = ({ simulate }: Pick<OperationOptions, "simulate">): Record<string, string> =>
  simulate ? { FLEET_SIMULATED: "1" } : {};

/** Reads how many of something are done at a time. */
export function readCount(option: string, what: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
    throw new FleetError(`${option} ${text} is not a number of ${what}`, `write it as ${option} 8`);
  };
}

/** Says loudly that nothing is real. */
export function announceSimulation({ simulate }: OperationOptions): void {
  if (!simulate) return;
  const text = ` SIMULATED: nothing is really made or changed. State of its own: ${simulatedUrl()} `;
  process.stderr.write(`${pc.bgYellow(pc.black(text))}\n`);
}

/** Refuses what nobody could agree to, before anything is looked at. */
export function needAnswer(verb: string, { yes, skipPreview, previewOnly, preview }: OperationOptions): void {
  if (previewOnly || preview) return;
  if (skipPreview && !yes)
    throw new FleetError("--skip-preview shows no plan that could be agreed to", "give --yes with it");
  if (yes || isInteractive()) return;
  throw new FleetError(
    `${verb} asks before it changes anything, and there is no terminal to ask on`,
    verb === "up" ? "look at `./fleet preview`, then run it with --yes" : "run it with --yes",
  );
}
