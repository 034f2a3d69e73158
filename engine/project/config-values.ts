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

/** A number as Go writes it: integers that fit 64 bits exactly, others to the precision of a double. */
export function numberText(value: number | bigint): string {
  if (typeof value === "bigint" && (value > MAX_UINT64 || value < MIN_INT64)) return String(Number(value));
  return String(value);
}

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** JSON as Go writes it: no spaces, sorted keys, integers exact. */
export function compactJson(value: ConfigNode): string {
  if (typeof value === "bigint" || typeof value === "number") return numberText(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${compactJson(value[key]!)}`);
  return `{${members.join(",")}}`;
}
