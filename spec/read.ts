import { z } from "zod";
import { didYouMean } from "./faults/suggest.js";
import { optionsFor } from "./faults/walk.js";
import { faultsOf } from "./faults/zod.js";
import type { Fault, Path } from "./fleet.js";
import { readAcknowledged } from "./rules/acknowledged.js";
import { unsetSecrets } from "./rules/secrets.js";
import { agent } from "./runtimes/index.js";
import { backup } from "./schema/backups.js";
import { cloud } from "./schema/clouds.js";
import { dns } from "./schema/dns.js";
import { edge } from "./schema/edge.js";
import { NAME, NAME_RULE, show } from "./schema/fields.js";
import { image } from "./schema/images.js";
import { machine } from "./schema/machines.js";
import { retained } from "./schema/retained.js";
import { policy, RULE_ID, RULE_ID_RULE } from "./schema/review.js";
import { shared } from "./schema/shared.js";
import { type EntrySection, SECTIONS } from "./sections.js";
import { service } from "./services/index.js";

/** The schema of an entry of each section. */
export const sections = {
  clouds: cloud,
  machines: machine,
  images: image,
  agents: agent,
  edge,
  services: service,
  dns,
  backups: backup,
  shared,
  retained,
  policies: policy,
} satisfies Record<EntrySection, z.ZodType>;

export type Section = EntrySection;

type Keys<T> = T extends unknown ? keyof T : never;
type ValueOf<T, K extends PropertyKey> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;
/** Every key of every option of a union, each perhaps missing. */
type Loose<T> = { [K in Keys<T>]?: ValueOf<T, K> };

/**
 * One entry as far as it could be read. What is wrong with one key does not hide the others: the rules look at what is there, so
 * that all faults are reported together.
 */
export interface Draft<S extends Section> {
  name: string;
  path: Path;
  /** Every key that is right by itself, with its default; a part of a key that is wrong is left out of it. */
  keys: Loose<z.output<(typeof sections)[S]>>;
  /** The keys with something wrong in them: what `keys` has in their place may be a default that is not meant. */
  wrong: ReadonlySet<string>;
  /** The whole entry, if its schema found nothing wrong. */
  whole?: z.output<(typeof sections)[S]>;
}

export type Drafts = { [S in Section]: Draft<S>[] } & {
  stack: string;
  acknowledged: Record<string, string>;
  secretNames: string[];
  unsetSecrets: string[];
};

type Raw = Record<string, unknown>;
const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads all sections by their schemas. */
export function readSections(stack: string, raw: Raw, faults: Fault[]): Drafts {
  for (const key of Object.keys(raw)) {
    if (!(SECTIONS as readonly string[]).includes(key)) {
      faults.push({
        path: [key],
        at: "key",
        message: "unknown section",
        suggestion: didYouMean(key, SECTIONS) ?? `the sections are ${SECTIONS.join(", ")}`,
      });
    }
  }
  return {
    stack,
    clouds: readSection("clouds", raw, faults),
    machines: readSection("machines", raw, faults),
    images: readSection("images", raw, faults),
    agents: readSection("agents", raw, faults),
    edge: readSection("edge", raw, faults),
    services: readSection("services", raw, faults),
    dns: readSection("dns", raw, faults),
    backups: readSection("backups", raw, faults),
    shared: readSection("shared", raw, faults),
    retained: readSection("retained", raw, faults),
    policies: readSection("policies", raw, faults),
    acknowledged: readAcknowledged(stack, entriesOf("acknowledged", raw, faults), faults),
    secretNames: entriesOf("secrets", raw, faults).map(([name]) => name),
    unsetSecrets: unsetSecrets(raw),
  };
}

/** A section's entries. A section that is there and empty has none. */
function entriesOf(section: string, raw: Raw, faults: Fault[]): [string, unknown][] {
  const block = Object.hasOwn(raw, section) ? raw[section] : undefined;
  if (block === undefined || block === null) return [];
  if (isRaw(block)) return Object.entries(block);
  faults.push({ path: [section], message: `must be a block of named entries, not ${show(block)}` });
  return [];
}

function readSection<S extends Section>(section: S, raw: Raw, faults: Fault[]): Draft<S>[] {
  return entriesOf(section, raw, faults).map(([name, value]) => {
    const path = [section, name];
    if (section === "policies") {
      if (!RULE_ID.test(name)) faults.push({ path, at: "key", message: `must be ${RULE_ID_RULE}` });
    } else if (!NAME.test(name)) {
      const better = name
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 40);
      faults.push({
        path,
        at: "key",
        message: `a name must be ${NAME_RULE}`,
        suggestion: NAME.test(better) ? `write ${better}` : undefined,
      });
    }
    return readEntry(section, name, path, value, faults);
  });
}

function readEntry<S extends Section>(section: S, name: string, path: Path, value: unknown, faults: Fault[]): Draft<S> {
  const schema: z.ZodType = sections[section];
  const result = schema.safeParse(value);
  if (result.success) {
    const whole = result.data as z.output<(typeof sections)[S]>;
    return { name, path, keys: whole as Draft<S>["keys"], wrong: new Set(), whole };
  }
  const found = faultsOf(result.error, schema, value, path);
  faults.push(...found);
  const wrong = new Set(found.map((fault) => String(fault.path[path.length])));
  return {
    name,
    path,
    keys: (isRaw(value) ? readWhatIsRight(schema, value, found, path) : {}) as Draft<S>["keys"],
    wrong,
  };
}

/** What is left of an entry without what is wrong in it; key by key, where it is nothing as a whole any more. */
function readWhatIsRight(schema: z.ZodType, value: Raw, faults: Fault[], path: Path): Raw {
  const rest = structuredClone(value);
  for (const fault of faults) remove(rest, fault.path.slice(path.length));
  const result = schema.safeParse(rest);
  return result.success ? (result.data as Raw) : readKeys(schema, rest);
}

function remove(value: Raw, path: Path): void {
  let parent: unknown = value;
  for (const key of path.slice(0, -1)) {
    if (!isRaw(parent) || !Object.hasOwn(parent, key)) return;
    parent = parent[key];
  }
  if (isRaw(parent)) delete parent[path.at(-1)!];
}

/** Every key of an entry that is right by itself. Where it is unknown which keys it may have: those that every option has. */
function readKeys(schema: z.ZodType, value: Raw): Raw {
  const [narrowed, all] = [optionsFor(schema, value), optionsFor(schema)];
  const shapes = (narrowed.length > 0 ? narrowed : all).flatMap((option) =>
    option instanceof z.ZodObject ? [option.shape] : [],
  );
  const keys: Raw = {};
  for (const [key, field] of Object.entries((shapes[0] ?? {}) as Record<string, z.ZodType>)) {
    if (!shapes.every((shape) => Object.hasOwn(shape, key))) continue;
    const result = field.safeParse(Object.hasOwn(value, key) ? value[key] : undefined);
    if (result.success && result.data !== undefined) keys[key] = result.data;
  }
  return keys;
}
