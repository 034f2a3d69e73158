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

/**
 * A string that is checked or read by a function. `read` gives undefined for bad input; `rule` completes "must be …";
 * `guess` gives what would be right, which the message then shows.
 */
function text<T>(rule: string, read: (text: string) => T | undefined, guess?: (input: unknown) => string | undefined) {
  const say = (input: unknown) => {
    const better = guess?.(input);
    return `must be ${rule}, not ${show(input)}${better ? `: write ${better}` : ""}`;
  };
  return z
    .string({ error: (issue) => (issue.input === undefined || issue.input === null ? undefined : say(issue.input)) })
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

const sizeText = text("a size with its unit, such as 2GiB or 512MiB", Size.parse, guessSize);
export const size = () =>
  sizeText.meta({
    unit: "B, KB, MB, GB, TB (decimal) or KiB, MiB, GiB, TiB (binary)",
    pattern: "^[0-9.]+ ?([KMGT]i?B|B)$",
  });

const durationText = text("a time with its unit, such as 5s, 10m or 7d", Duration.parse, guessDuration);
export const duration = () => durationText.meta({ unit: "ms, s, m, h, d or w", pattern: "^([0-9]+(ms|[smhdw]))+$" });

/** The name of another entry. That the entry exists is checked once all are read. */
export const reference = () => z.string();

export const secretRef = () =>
  z.strictObject({
    secret: text("the name of a secret in fleet:secrets", matching(SECRET_NAME)),
  });

/** Plain text, or `{ secret: name }`. */
export const textOrSecret = () =>
  z.union([z.string(), secretRef()], { error: "must be text (quote numbers and true or false), or { secret: name }" });

export const port = () =>
  z
    .number()
    .int({ error: "must be a whole number from 1 to 65535" })
    .min(1, { error: "must be a port from 1 to 65535" })
    .max(65535, { error: "must be a port from 1 to 65535" });

export const hostName = () =>
  text("a DNS host name, such as ada.example.org (letters, digits, hyphens and dots)", normalHost);

/** A container path: absolute and normal, never the root itself. */
export const containerPath = () =>
  text("an absolute path without . or .. in it, and not / itself", (input) =>
    /^(\/(?!\.{1,2}(\/|$))[^/\0:]+)+$/.test(input) ? input : undefined,
  );

/** A file below a folder that we make: relative, never upwards. */
export function isFilePath(input: string): boolean {
  return input.length <= 255 && /^(?!\/)((?!\.{1,2}(\/|$))[^/\0\\]+)(\/(?!\.{1,2}(\/|$))[^/\0\\]+)*$/.test(input);
}

/** An exact version, as npm publishes it. Ranges are refused: the same stack file must always make the same image. */
export const version = () =>
  text(
    "an exact version of three numbers, such as 24.16.0 (quoted if YAML would read it as a number)",
    matching(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/),
  );

const IMAGE_REFERENCE =
  /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

export const isImageReference = (input: string) => IMAGE_REFERENCE.test(input);

export const imageReference = () =>
  text("an image reference, such as ghcr.io/acme/agent:1.2", (input) => (isImageReference(input) ? input : undefined));

/** A JSON object that is passed on as it is; `{ secret: name }` anywhere inside stands for the secret's value. */
export const freeForm = () =>
  z.record(z.string(), z.any()).transform((value) => value as { [key: string]: ConfigValue });

/** Files by their path below a folder. */
export const files = () =>
  z.record(z.string().refine(isFilePath, { error: "must be a relative path, without . or .. in it" }), textOrSecret());

export const environment = () =>
  z.record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
        error: "must be an environment variable's name: letters, digits, underscores",
      }),
    textOrSecret(),
  );
