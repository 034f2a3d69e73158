import { z } from "zod";
import { containerPath, hostName, reference } from "../schema/fields.js";
import type { ImageUse } from "../schema/images.js";

/** The keys that services of every kind have. */
export const serviceShape = () => ({
  machine: reference().describe("The machine that the service runs on."),
  image: reference().describe("An entry of `fleet:images`, or an image reference with a tag or digest."),
});

/** The host name of a service that people or other machines reach. */
export const servedHost = () =>
  hostName()
    .optional()
    .describe("Host name by which the machine's edge serves it, below the edge's domain. Default: it is not served.");

/** A folder or file of the machine itself, which has to be one that is reached by ssh. */
export const hostPath = (preset?: string) =>
  preset === undefined ? containerPath() : containerPath().prefault(preset);

/** Who runs a program that reads files of the machine: by numbers, since names mean something else on the machine. */
export const numericUser = (preset: string) =>
  z
    .string()
    .regex(/^\d+:\d+$/, { error: 'must be numbers, such as "1000:1000" (quoted): it owns files of the machine' })
    .default(preset);

/** What the rules make of a service's keys, for every kind. */
export interface ResolvedService {
  name: string;
  image: ImageUse;
  /** Name of its first container on the machine: the one that serves. */
  container: string;
  /** Host name in normal form; undefined if no edge serves it. */
  host?: string;
  /** The edge that serves it: the one of its machine. */
  edge?: string;
  /** Port on the machine's loopback address; undefined for one that listens on nothing. */
  port?: number;
}

/** A service's keys as read, with those replaced that the rules resolve. */
export type ResolveService<T> = Omit<T, keyof ResolvedService> & ResolvedService;
