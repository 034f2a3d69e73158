/**
 * Property values as the engine holds them in memory: plain JSON plus the kinds that Pulumi's wire format marks with
 * signatures (secret, unknown, output, asset, archive, resource reference).
 */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | PropertyMap
  | Secret
  | Unknown
  | OutputValue
  | Asset
  | Archive
  | ResourceReference;

/** A map of properties. `undefined` members are never kept: a missing key and null compare as equal. */
export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** A value that must never be shown or stored in clear. `ciphertext` is kept so that an unchanged secret rewrites byte for byte. */
export class Secret {
  ciphertext?: string;
  constructor(
    readonly value: PropertyValue,
    ciphertext?: string,
  ) {
    if (ciphertext !== undefined) this.ciphertext = ciphertext;
  }
  /** Guards against accidental logging. */
  toJSON(): string {
    return "[secret]";
  }
}

/** A value that is not known until something is created. Only ever met in previews. */
export class Unknown {
  private constructor() {}
  static readonly value = new Unknown();
}
export const UNKNOWN: Unknown = Unknown.value;

/** An output with its dependencies. `value === undefined` means unknown. */
export class OutputValue {
  constructor(
    readonly value: PropertyValue | undefined,
    readonly secret: boolean,
    readonly dependencies: string[],
  ) {}
}

export class Asset {
  constructor(
    readonly content: { text?: string; path?: string; uri?: string },
    readonly hash?: string,
  ) {}
}

export class Archive {
  constructor(
    readonly content: { assets?: Record<string, Asset | Archive>; path?: string; uri?: string },
    readonly hash?: string,
  ) {}
}

/** A reference to another resource. `id === undefined`: a component; `id === ""`: not yet known. */
export class ResourceReference {
  constructor(
    readonly urn: string,
    readonly id: string | undefined,
    readonly packageVersion: string | undefined,
  ) {}
}

/** True for a map of properties, false for arrays, null and the marked kinds. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** True if the test holds for the value or for anything inside it. */
export function someValue(value: PropertyValue | undefined, test: (value: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (value instanceof Secret || value instanceof OutputValue) return someValue(value.value, test);
  if (Array.isArray(value)) return value.some((item) => someValue(item, test));
  return isPropertyMap(value) && Object.values(value).some((item) => someValue(item, test));
}

/** True if the value or anything inside it is marked secret. */
export function containsSecret(value: PropertyValue | undefined): boolean {
  return someValue(value, (item) => item instanceof Secret || (item instanceof OutputValue && item.secret));
}

/** True if the value or anything inside it is not known yet. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  return someValue(
    value,
    (item) =>
      item instanceof Unknown ||
      (item instanceof ResourceReference && item.id === "") ||
      (item instanceof OutputValue && item.value === undefined),
  );
}
