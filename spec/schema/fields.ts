import { z } from "zod";
import { Duration, guessDuration } from "../values/duration.js";
import { guessSize, Size } from "../values/size.js";

/** A secret by its name in `fleet:secrets`. The value itself never enters a spec. */
export interface SecretRef {
  secret: string;
}

/** Any value of a free-form block (OpenClaw's settings and channels): JSON in which `{ secret: name }` stands for a secret. */
export type ConfigValue = string | number | boolean | null | SecretRef | ConfigValue[] | { [key: string]: ConfigValue };

export function isSecretRef(value: unknown): value is SecretRef {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === "secret" && typeof (value as SecretRef).secret === "string";
}

/** Entry names: they become parts of Docker names and DNS names. */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const NAME_RULE = "1 to 40 lower-case letters, digits and hyphens, with no hyphen first or last";

/** Secret names: they are keys of `fleet:secrets` only. */
export const SECRET_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const HOST_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** A host name that DNS can hold, in its normal form: lower case, no dot at the end. Undefined for anything else. */
export function normalHost(text: string): string | undefined {
  const host = text.toLowerCase().replace(/\.$/, "");
  if (host.length === 0 || host.length > 253 || /^[\d.]+$/.test(host)) return undefined;
  return host.split(".").every((label) => HOST_LABEL.test(label)) ? host : undefined;
}

interface Text<T> {
  /** What it is, in a word or two: the type in the reference page. */
  title: string;
  /** Completes "must be …". */
  rule: string;
  /** For editors: what is right at first sight. */
  pattern?: RegExp;
  /** Undefined for bad input. */
  read: (text: string) => T | undefined;
  /** What would be right instead, which the message then shows. */
  guess?: (input: unknown) => string | undefined;
}

/** A string that is checked or read by a function. */
export function text<T>({ title, rule, pattern, read, guess }: Text<T>) {
  const say = (input: unknown) => {
    const better = guess?.(input);
    return `must be ${rule}, not ${show(input)}${better ? `: write ${better}` : ""}`;
  };
  return z
    .string({ error: (issue) => (issue.input === undefined || issue.input === null ? undefined : say(issue.input)) })
    .meta({ title, ...(pattern ? { pattern: pattern.source } : {}) })
    .transform((input, context): T => {
      const value = read(input);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message: say(input) });
      return z.NEVER;
    });
}

/** A value in a message: short, quoted, on one line. */
export function show(input: unknown): string {
  const json = JSON.stringify(input) ?? String(input);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}

const matching = (pattern: RegExp) => (input: string) => (pattern.test(input) ? input : undefined);

const sizeText = text({
  title: "size",
  rule: "a size with its unit, such as 2GiB or 512MiB",
  pattern: /^\d+(\.\d+)? ?([KMGT]i?B|B)$/,
  read: Size.parse,
  guess: guessSize,
});
/** B; KB, MB, GB, TB (decimal); KiB, MiB, GiB, TiB (binary). */
export const size = () => sizeText;

const durationText = text({
  title: "duration",
  rule: "a time with its unit, such as 5s, 10m or 7d",
  pattern: /^(\d+(ms|[smhdw]))+$/,
  read: Duration.parse,
  guess: guessDuration,
});
/** ms, s, m, h, d, w; also joined, as in 1h30m. */
export const duration = () => durationText;

/** The name of another entry. That the entry exists is checked once all are read. */
export const reference = () => z.string().meta({ title: "name" });

/** That the secret exists is checked once all are read, in free-form blocks as well. */
export const secretRef = () => z.strictObject({ secret: z.string() });

/** Plain text, or `{ secret: name }`. */
export const textOrSecret = () =>
  z.union([z.string(), secretRef()], { error: "must be text (quote numbers and true or false), or { secret: name }" });

export const port = () =>
  z
    .number()
    .int({ error: "must be a whole number from 1 to 65535" })
    .min(1, { error: "must be a port from 1 to 65535" })
    .max(65535, { error: "must be a port from 1 to 65535" });

const hostText = text({
  title: "host name",
  rule: "a DNS host name, such as ada.example.org (letters, digits, hyphens and dots)",
  read: normalHost,
});
export const hostName = () => hostText;

/** Whether a text is an IPv4 address, as four numbers. */
export const isIpv4 = (input: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(input) && input.split(".").every((part) => Number(part) <= 255 && !/^0\d/.test(part));

export const ipv4 = () =>
  text({
    title: "IPv4 address",
    rule: "an IPv4 address, such as 203.0.113.7",
    pattern: /^\d{1,3}(\.\d{1,3}){3}$/,
    read: (input) => (isIpv4(input) ? input : undefined),
  });

/** A container path: absolute and normal, never the root itself. */
export const containerPath = () =>
  text({
    title: "absolute path",
    rule: "an absolute path without . or .. in it, and not / itself",
    pattern: /^\/[^:]+$/,
    read: (input) => matching(/^(\/(?!\.{1,2}(\/|$))[^/\0:]+)+$/)(input.replace(/(?<=.)\/$/, "")),
  });

/** A file below a folder that we make: relative, never upwards. */
export function isFilePath(input: string): boolean {
  return input.length <= 255 && /^(?!\/)((?!\.{1,2}(\/|$))[^/\0\\]+)(\/(?!\.{1,2}(\/|$))[^/\0\\]+)*$/.test(input);
}

/** An exact version, as npm publishes it. Ranges are refused: the same stack file must always make the same image. */
const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
export const version = () =>
  text({
    title: "version",
    rule: "an exact version of three numbers, such as 24.16.0",
    pattern: EXACT_VERSION,
    read: matching(EXACT_VERSION),
  });

const IMAGE_REFERENCE =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** An object's name on a machine, as Docker allows it. */
export const dockerName = () =>
  text({
    title: "Docker name",
    rule: "a Docker name: letters, digits, `.`, `_` and `-`, two at least",
    pattern: /^[a-zA-Z0-9][\w.-]+$/,
    read: matching(/^[a-zA-Z0-9][\w.-]+$/),
  });

/** What Docker calls an image's content. */
export const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

export const isImageReference = (input: string) => IMAGE_REFERENCE.test(input);

export const imageReference = () =>
  text({
    title: "image reference",
    rule: "an image reference, such as ghcr.io/acme/agent:1.2",
    read: (input) => (isImageReference(input) ? input : undefined),
  });

/** A JSON object that is passed on as it is; `{ secret: name }` anywhere inside stands for the secret's value. */
export const freeForm = () =>
  z.record(z.string(), z.any()).transform((value) => value as { [key: string]: ConfigValue });

/** Files by their path below a folder. */
export const files = () =>
  z.record(z.string().refine(isFilePath, { error: "must be a relative path, without . or .. in it" }), textOrSecret());

export const environment = () =>
  z.record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
      error: "must be an environment variable's name: letters, digits, underscores",
    }),
    textOrSecret(),
  );
