import type { ReviewedResource } from "../types.js";
import { Unpriced } from "./reading.js";

/** A part of what a resource costs. */
export interface Part {
  what: string;
  /** US dollars a month. */
  monthly?: number;
  why?: string;
}

/** The stack that a resource is in. */
export interface Surroundings {
  /** Resources that depend on one. */
  usersOf(urn: string): ReviewedResource[];
}

/** What resources of a kind cost. */
export interface Pricer {
  /** The kind in words, `droplet`. */
  kind: string;
  /** May throw Unpriced. */
  parts(resource: ReviewedResource, surroundings: Surroundings): Part[];
}

/** Pricers by kind, see {@link kindOf}. */
export type Pricers = Record<string, Pricer>;

/** A part whose price may turn out not to be known. */
export function part(what: string, monthly: () => number): Part {
  return attempt(what, () => [{ what, monthly: monthly() }])[0]!;
}

/** Parts, or one that says why they are not known. */
export function attempt(what: string, parts: () => Part[]): Part[] {
  try {
    return parts();
  } catch (error) {
    if (error instanceof Unpriced) return [{ what, why: error.message }];
    throw error;
  }
}

/** A part that depends on how much it is used. */
export const unpriced = (what: string, why: string): Part => ({ what, why });

/** The kind of a type token without its version or file: `gcp:compute/instance:Instance` is `gcp:compute:Instance`. */
export function kindOf(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const room = module.split("/")[0];
  return room === "index" || room === "" ? `${pkg}:${name}` : `${pkg}:${room}:${name}`;
}
