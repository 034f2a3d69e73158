import { stripVTControlCharacters } from "node:util";
import picocolors from "picocolors";
import type { StepOp } from "../events.js";

/** Colours, or none. */
export type Paint = ReturnType<typeof picocolors.createColors>;
export const paintFor = (color: boolean): Paint => picocolors.createColors(color);

type Tone = "green" | "yellow" | "red" | "magenta" | "cyan" | "dim";

interface OpStyle {
  /** Two columns wide, as Pulumi has them. */
  symbol: string;
  tone: Tone;
  /** What the step will do, is doing, has done. */
  plan: string;
  doing: string;
  done: string;
}

const STYLES: Record<StepOp, OpStyle> = {
  same: { symbol: "  ", tone: "dim", plan: "unchanged", doing: "checking", done: "unchanged" },
  create: { symbol: "+ ", tone: "green", plan: "create", doing: "creating", done: "created" },
  update: { symbol: "~ ", tone: "yellow", plan: "update", doing: "updating", done: "updated" },
  delete: { symbol: "- ", tone: "red", plan: "delete", doing: "deleting", done: "deleted" },
  replace: { symbol: "+-", tone: "magenta", plan: "replace", doing: "replacing", done: "replaced" },
  "create-replacement": {
    symbol: "++",
    tone: "green",
    plan: "create replacement",
    doing: "creating replacement",
    done: "created replacement",
  },
  "delete-replaced": {
    symbol: "--",
    tone: "red",
    plan: "delete replaced",
    doing: "deleting replaced",
    done: "deleted replaced",
  },
  read: { symbol: "> ", tone: "cyan", plan: "read", doing: "reading", done: "read" },
  "read-replacement": { symbol: ">>", tone: "cyan", plan: "read anew", doing: "reading anew", done: "read anew" },
  refresh: { symbol: "~ ", tone: "yellow", plan: "refresh", doing: "refreshing", done: "refreshed" },
  discard: { symbol: "< ", tone: "dim", plan: "forget", doing: "forgetting", done: "forgotten" },
  "discard-replaced": { symbol: "<<", tone: "dim", plan: "forget", doing: "forgetting", done: "forgotten" },
  "remove-pending-replace": { symbol: "~ ", tone: "dim", plan: "forget", doing: "forgetting", done: "forgotten" },
  import: { symbol: "= ", tone: "cyan", plan: "import", doing: "importing", done: "imported" },
  "import-replacement": {
    symbol: "=>",
    tone: "cyan",
    plan: "import anew",
    doing: "importing anew",
    done: "imported anew",
  },
};

export const opStyle = (op: StepOp): OpStyle => STYLES[op];

export function paintOp(paint: Paint, op: StepOp, text: string): string {
  return paint[STYLES[op].tone](text);
}

/** `docker:Container` for `docker:index/container:Container`, `aws:s3:Bucket` for `aws:s3/bucket:Bucket`. */
export function shortType(type: string): string {
  const parts = type.split(":");
  if (parts.length !== 3 || type.startsWith("pulumi:")) return type;
  const [pkg, module = "", name] = parts;
  const first = module.split("/")[0];
  return first === "" || first === "index" ? `${pkg}:${name}` : `${pkg}:${first}:${name}`;
}

/** The last part of a URN, which may itself hold `::`. */
export const urnName = (urn: string): string => urn.split("::").slice(3).join("::") || urn;
/** The resource's own type. */
export const urnType = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";

/** Default providers are machinery of the engine: neither shown nor counted. */
export function isDefaultProvider(urn: string): boolean {
  return urnType(urn).startsWith("pulumi:providers:") && /^default(_|$)/.test(urnName(urn));
}

export const ROOT_STACK = "pulumi:pulumi:Stack";

/** `0.4s`, `12s`, `3m05s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  const rest = `${String(whole % 60).padStart(2, "0")}s`;
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
}

/** Control characters of others must not steer the terminal: escape sequences go, tabs and line ends stay. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\t\n]/gu, "");
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
