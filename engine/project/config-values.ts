/** What a structured configuration value is made of. Integers beyond 2^53 stay exact. */
export type ConfigNode = null | boolean | number | bigint | string | ConfigNode[] | { [key: string]: ConfigNode };

/** One configuration value as the stack file has it; `place` is where, `stacks/Pulumi.dev.yaml:3:5`. */
export type ConfigValue = { place: string } & (
  | { kind: "plain"; text: string }
  | { kind: "secure"; ciphertext: string }
  /** A map or a list, perhaps with `{secure: <ciphertext>}` at any depth. */
  | { kind: "object"; value: ConfigNode }
);

/** A stack file, not yet decrypted. */
export interface StackConfig {
  /** Salt line of the passphrase. */
  encryptionsalt?: string;
  secretsprovider?: string;
  encryptedkey?: string;
  /** By `namespace:name`. */
  entries: Map<string, ConfigValue>;
  /** True if there is no such file. */
  missing: boolean;
  /** The file, absolute. */
  file: string;
}

/** JSON as Go writes it: no spaces, sorted keys, integers exact. */
export function compactJson(value: ConfigNode): string {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${compactJson(value[key]!)}`);
  return `{${members.join(",")}}`;
}
