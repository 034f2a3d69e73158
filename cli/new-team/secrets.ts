import { randomBytes } from "node:crypto";
import type { Project } from "../../engine/project/project.js";
import { secretUses } from "../../spec/secrets.js";
import { FleetError } from "../errors.js";
import { sectionsOf } from "../stack-edit.js";
import type { StackFile } from "../workspace.js";

/** What becomes of the secrets of a team's stack in the copy, by their names there. */
export interface SecretPlan {
  /** Passwords and keys that are the team's own, and mean nothing outside its stack: made anew. */
  made: Map<string, string>;
  /** What the platform's teams share: taken over. */
  copied: Map<string, string>;
  /** Declared, and to be set by hand. */
  missing: string[];
}

/** Settings whose secret is made up by whoever declares it, and known to nobody else. */
const MADE_UP = /^(services\..*\.(databasePassword|appSecret)|backups\..*\.password)$/;

export interface SecretSources {
  /** The stack that is copied, and the copy without its secrets' values. */
  source: StackFile;
  copy: StackFile;
  /** The other stacks of the platform. */
  others: StackFile[];
  /** Names that the user wants taken over; undefined: those that other stacks have with the same value. */
  wanted: string[] | undefined;
  /** A stack's secrets, decrypted. */
  valuesOf: (stack: string) => Promise<Record<string, string>>;
}

/**
 * Decides about each secret. A value that is encrypted for one stack cannot be read in another: what is taken over is decrypted with
 * the source's passphrase. Never taken over is what is made up for one team, or has the team's or an agent's name in its own.
 *
 * @throws FleetError for a wanted name that is not to be taken over
 */
export async function planSecrets(project: Project, sources: SecretSources): Promise<SecretPlan> {
  const { source, copy, wanted } = sources;
  const sections = sectionsOf(project, copy);
  const names = Object.keys(sections.secrets);
  const uses = secretUses(sections);
  const isMade = (name: string) => {
    const own = uses.filter(({ secret }) => secret === name);
    return own.length > 0 && own.every(({ path }) => MADE_UP.test(path.join(".")));
  };
  const made = new Map(names.filter(isMade).map((name) => [name, randomBytes(32).toString("base64url")]));
  const before = sectionsOf(project, source).secrets;
  const shared = names.filter((name) => !made.has(name) && hasValue(before, name));
  for (const name of wanted ?? []) {
    if (shared.includes(name)) continue;
    throw new FleetError(
      `the secret ${name} is not taken over from ${source.stack}`,
      made.has(name)
        ? "it is made anew for each team"
        : `those that can be: ${shared.join(", ") || "none: each has the team's name in its own, or no value"}`,
    );
  }
  const copied = await takenOver(project, sources, shared);
  return { made, copied, missing: names.filter((name) => !made.has(name) && !copied.has(name)) };
}

const hasValue = (secrets: Record<string, unknown>, name: string) =>
  Object.hasOwn(secrets, name) && secrets[name] !== null;

async function takenOver(
  project: Project,
  { source, others, wanted, valuesOf }: SecretSources,
  shared: string[],
): Promise<Map<string, string>> {
  const holders = others.filter((other) => {
    const { secrets } = sectionsOf(project, other);
    return shared.some((name) => hasValue(secrets, name));
  });
  // Nobody is asked for a passphrase that nothing needs.
  if (wanted ? wanted.length === 0 : holders.length === 0) return new Map();
  const values = await valuesOf(source.stack);
  const names = wanted ?? (await sharedByAnother(values, shared, holders, valuesOf));
  return new Map(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

/** Secrets that another stack has under the same name with the same value. A stack whose passphrase is another says nothing. */
async function sharedByAnother(
  values: Record<string, string>,
  names: string[],
  holders: StackFile[],
  valuesOf: SecretSources["valuesOf"],
): Promise<string[]> {
  const found = new Set<string>();
  for (const { stack } of holders) {
    const others = await valuesOf(stack).catch((error: unknown) => {
      if ((error as Error).name === "EngineError" || error instanceof FleetError) return {} as Record<string, string>;
      throw error;
    });
    for (const name of names) if (values[name] !== undefined && others[name] === values[name]) found.add(name);
  }
  return names.filter((name) => found.has(name));
}
