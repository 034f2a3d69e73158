import type { Fault, FleetSpec, Path } from "./fleet.js";
import { readSections } from "./read.js";
import { resolveFleet } from "./resolve.js";
import { notBackedUp } from "./rules/backups.js";
import { applyRules, applyWarnings } from "./rules/index.js";
import { checkMachines } from "./rules/machines.js";
import { checkSecrets, misplacedSecure } from "./rules/secrets.js";
import { secretUses } from "./secrets.js";

export interface ParsedFleet {
  /** Missing if there is any fault. */
  spec?: FleetSpec;
  /** Everything that is wrong; nothing may be touched until it is mended. */
  faults: Fault[];
  /** What is allowed and probably not meant. Looked for only where there is no fault. */
  warnings: Fault[];
}

/**
 * Reads a stack's config: `raw` has the sections, `machines` to `secrets`, as plain JSON. Secrets may
 * still be encrypted (`{ secure: … }`): only their names are looked at. Never throws for what a user can write.
 */
export function parseFleet(stack: string, raw: Record<string, unknown>): ParsedFleet {
  const found: Fault[] = [];
  const drafts = readSections(stack, raw, found);
  const ofSchema = [...found];
  applyRules(drafts, (fault) => {
    if (!follows(fault, ofSchema)) found.push(fault);
  });
  checkMachines(stack, drafts, (fault) => found.push(fault));
  checkSecrets(stack, raw, drafts.secretNames, (fault) => found.push(fault));
  const faults = withMisplacedSecure(raw, found);
  // While something is wrong, what seems unused may be only misspelt where it is used.
  if (faults.length > 0) return { faults, warnings: [] };
  const warnings: Fault[] = [];
  applyWarnings(drafts, (fault) => warnings.push(fault));
  const spec = resolveFleet(drafts);
  notBackedUp(spec, (fault) => warnings.push(fault));
  const used = new Set(secretUses(raw).map((use) => use.secret));
  for (const name of drafts.secretNames) {
    if (!used.has(name)) warnings.push({ path: ["secrets", name], at: "key", message: "nothing uses this secret" });
  }
  if (drafts.unsetSecrets.length > 0) {
    const names = drafts.unsetSecrets.join(", ");
    warnings.push({
      path: ["secrets"],
      at: "key",
      message: `no value yet: ${names}. Plans do without; \`up\` needs them: ./fleet secret set ${stack} <name>`,
    });
  }
  return { spec, faults, warnings };
}

/** Whether a rule only found again what is wrong with a value by itself. */
function follows(fault: Fault, known: Fault[]): boolean {
  return fault.at !== "key" && known.some(({ path, at }) => at !== "key" && isWithin(path, fault.path));
}

const isWithin = (path: Path, place: Path) => place.every((key, index) => path[index] === key);

/** An encrypted value in the wrong place is one fault, whatever else the schema has to say about it. */
function withMisplacedSecure(raw: Record<string, unknown>, found: Fault[]): Fault[] {
  const places = misplacedSecure(raw);
  if (places.length === 0) return found;
  return [
    ...found.filter((fault) => !places.some((place) => isWithin(fault.path, place))),
    ...places.map((path) => ({
      path,
      message: "secure: values stand only in fleet:secrets: move it there and refer to it by { secret: <name> }",
    })),
  ];
}
