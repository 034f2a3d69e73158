import { type Command, Option } from "commander";
import type { PendingCreateAnswerer } from "../engine/run.js";
import { FleetError } from "./errors.js";
import { ask, isInteractive } from "./prompt.js";

/** Options that say which resources an operation is for. */
export interface SelectionFlags {
  target?: string[];
  targetDependents?: boolean;
  exclude?: string[];
  excludeDependents?: boolean;
  replace?: string[];
  targetReplace?: string[];
  excludeProtected?: boolean;
  clearPendingCreates?: boolean;
  skipPendingCreates?: boolean;
}

/** Of an option that may be repeated. */
export const collect = (value: string, former: string[] = []): string[] => [...former, value];

/** `--target`, `--exclude` and their kin; `replaces` where resources can be replaced. */
export function addSelectionOptions(command: Command, { replaces }: { replaces: boolean }): Command {
  command
    .option("-t, --target <urn>", "only this resource: a URN, or a glob such as '**::name'; may be repeated", collect)
    .option("--target-dependents", "and what depends on the targets")
    .addOption(
      new Option("--exclude <urn>", "all but this resource; may be repeated").argParser(collect).conflicts("target"),
    )
    .option("--exclude-dependents", "and but what depends on those");
  if (!replaces) return command;
  return command
    .option("--replace <urn>", "replace this resource though nothing of it changed; may be repeated", collect)
    .option("--target-replace <urn>", "short for --target and --replace of the same", collect);
}

/** The engine's settings for these flags. */
export function selectionOf(flags: SelectionFlags) {
  const { target = [], targetReplace = [], replace = [] } = flags;
  if (targetReplace.length > 0 && flags.exclude?.length)
    throw new FleetError("--target-replace and --exclude cannot be combined");
  return {
    targets: [...target, ...targetReplace],
    targetDependents: flags.targetDependents,
    excludes: flags.exclude,
    excludeDependents: flags.excludeDependents,
    replaces: [...replace, ...targetReplace],
    excludeProtected: flags.excludeProtected,
    pendingCreate: pendingCreates(flags),
  };
}

/** What becomes of creations that were cut off and that the provider cannot look into: told by a flag, or asked. */
function pendingCreates({
  clearPendingCreates,
  skipPendingCreates,
}: SelectionFlags): PendingCreateAnswerer | undefined {
  if (clearPendingCreates) return async () => "clear";
  if (skipPendingCreates || !isInteractive()) return undefined;
  return async ({ urn }) => {
    process.stderr.write(
      `\nAn earlier run was cut off while it made ${urn}, and nobody but you can tell whether it exists.\n`,
    );
    const answer = await ask(
      "[c]lear: it does not exist; [s]kip: leave it open; or its id, to take it into the state: ",
    );
    if (answer === "" || /^s(kip)?$/i.test(answer)) return "skip";
    return /^c(lear)?$/i.test(answer) ? "clear" : { id: answer };
  };
}

/** True if the operation is not for a whole stack. */
export function namesResources({ target, exclude, replace, targetReplace, excludeProtected }: SelectionFlags): boolean {
  return [target, exclude, replace, targetReplace].some((list) => list !== undefined) || excludeProtected === true;
}
