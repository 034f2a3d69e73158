import type { PropertyMap } from "../../../values.js";

/** Something that a simulated account has, as far as this run knows: what it made, and what of the state it came by. */
export interface Held {
  urn: string;
  type: string;
  id: string;
  /** Plain. */
  inputs: PropertyMap;
}

/** What a vendor says to a creation that it refuses, and what to do about it. */
export interface Refusal {
  message: string;
  fix: string;
}

/** What a vendor's real provider knows that no schema says. */
export interface Vendor {
  /** As people call it. */
  name: string;
  /** Undefined: it is made. `held` is all that the account has. */
  refuses(type: string, inputs: PropertyMap, held: Held[]): Refusal | undefined;
  /** The id of an object, by the digits of `hash`; undefined where it is a UUID. */
  id(type: string, inputs: PropertyMap, hash: string): string | undefined;
  /** An output of an object with an id; undefined where nothing is known. */
  output(type: string, key: string, object: { id: string; inputs: PropertyMap; hash: string }): string | undefined;
}

/** Text of an input; empty for what is none, or not known. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
