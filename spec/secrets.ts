import type { Path } from "./fleet.js";
import { isSecretRef } from "./schema/fields.js";
import { ENTRY_SECTIONS } from "./sections.js";

/** Where a secret is used. */
export interface SecretUse {
  secret: string;
  path: Path;
}

/** A secret that is referred to and that `fleet:secrets` does not have. */
export interface MissingSecret {
  name: string;
  /** Every place that refers to it. */
  places: Path[];
}

/** Every `{ secret: name }` in a config or a spec. */
export function secretUses(config: object): SecretUse[] {
  const uses: SecretUse[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (isSecretRef(value)) {
      uses.push({ secret: value.secret, path });
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        visit(item, [...path, index]);
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    }
  };
  for (const section of ENTRY_SECTIONS) {
    if (Object.hasOwn(config, section)) visit((config as Record<string, unknown>)[section], [section]);
  }
  return uses;
}

/** Every missing secret of a spec, or of a raw config (its sections by name), with all places that use it. */
export function missingSecrets(config: object): MissingSecret[] {
  const { secretNames, secrets } = config as { secretNames?: unknown; secrets?: unknown };
  const known = Array.isArray(secretNames) ? secretNames.map(String) : Object.keys(Object(secrets ?? {}));
  const missing = new Map<string, Path[]>();
  for (const { secret, path } of secretUses(config)) {
    if (known.includes(secret)) continue;
    missing.set(secret, [...(missing.get(secret) ?? []), path]);
  }
  return [...missing].map(([name, places]) => ({ name, places }));
}
