import { format2026_2 } from "./format-2026-2.js";
import { format2026_3 } from "./format-2026-3.js";
import { format2026_9 } from "./format-2026-9.js";
import type { ConfigFormat, Gateway } from "./gateway.js";
import { merge } from "./merge.js";

/** Newest first. */
const formats: ConfigFormat[] = [format2026_9, format2026_3, format2026_2];

/**
 * The format that an OpenClaw version reads. A version that is not known (an image without one) counts as current, one
 * that is older than every format as the oldest.
 */
export function formatFor(version: string | undefined): ConfigFormat {
  const newest = formats[0]!;
  if (version === undefined) return newest;
  return formats.find((format) => compareVersions(version, format.since) >= 0) ?? formats.at(-1)!;
}

/** openclaw.json for a version: the format's own keys with the operator's settings merged over them. */
export function renderOpenClawConfig(version: string | undefined, gateway: Gateway): string {
  const config = merge(formatFor(version).config(gateway), gateway.settings);
  return `${JSON.stringify(config, null, 2)}\n`;
}

/**
 * A value as it must stand in openclaw.json to be read back as it is: OpenClaw replaces `${NAME}` in every string by an
 * environment variable, and takes `$${NAME}` for the text itself.
 */
export function literal(value: string): string {
  return value.replace(/\$(?=\{[A-Z_][A-Z0-9_]*\})/g, "$$$$");
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number);
