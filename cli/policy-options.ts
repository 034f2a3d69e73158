import type { Command } from "commander";
import type { PolicyPackOptions } from "../engine/policy/types.js";
import { FleetError } from "./errors.js";

/** Options of the verbs that policy packs look at. */
export interface PolicyOptions {
  policyPack?: string[];
  policyPackConfig?: string[];
}

export function addPolicyOptions(command: Command): Command {
  return command
    .option("--policy-pack <folder>", "hold it to this policy pack; may be given several times", collect)
    .option("--policy-pack-config <file>", "JSON settings of the policy pack, one for each", collect);
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The packs that were named, each with its settings. Throws FleetError if it is not clear whose the settings are. */
export function policyPacks({ policyPack = [], policyPackConfig = [] }: PolicyOptions): PolicyPackOptions[] {
  if (policyPackConfig.length > 0 && policyPackConfig.length !== policyPack.length)
    throw new FleetError(
      `--policy-pack-config is given ${policyPackConfig.length}x, --policy-pack ${policyPack.length}x`,
      "give one config for each pack, in the same order; an empty file leaves a pack as it is",
    );
  return policyPack.map((dir, index) => ({ dir, config: policyPackConfig[index] }));
}
