import { PolicyPack } from "@pulumi/policy";
import { Config } from "@pulumi/pulumi";
import { Adapter, initialConfig } from "./adapter.js";
import { Judgement } from "./judgement.js";
import { PACK } from "./own-policies.js";
import { type Load, loadRules } from "./rules.js";
import { readStackSettings } from "./stack-settings.js";

/**
 * Makes the policy pack: every rule, as the stack's file and the pack's config want it.
 *
 * @param load where this module was itself not loaded as an ES module, and import() knows no TypeScript
 */
export async function start(load?: Load): Promise<void> {
  const found = await loadRules(load);
  const settings = readStackSettings(
    new Config("fleet").getObject("policies"),
    found.map(({ rule }) => rule),
  );
  const adapter = new Adapter(found, new Judgement(settings));
  new PolicyPack(
    PACK,
    {
      displayName: PACK,
      description: "Rules for fleets of agents",
      enforcementLevel: "mandatory",
      policies: adapter.policies(),
    },
    initialConfig(found, settings),
  );
}
