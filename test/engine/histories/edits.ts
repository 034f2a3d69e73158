import fc from "fast-check";
import {
  childrenOf,
  type Declared,
  familyOf,
  isObject,
  type Kind,
  type Program,
  providerOf,
  serialOf,
  urnOf,
} from "./program.js";

/** One change of a program. Numbers are taken modulo what there is, so that every edit fits every program. */
export interface Edit {
  kind: EditKind;
  at: number;
  to: number;
}

const KINDS = [
  "add",
  "size",
  "zone",
  "nested",
  "password",
  "from",
  "link",
  "dependsOn",
  "remove",
  "rename",
  "reparent",
  "provider",
  "protect",
  "retain",
  "trigger",
  "ignoreChanges",
  "replaceOnChanges",
  "secretOutputs",
  "found",
  "imports",
] as const;
export type EditKind = (typeof KINDS)[number];

const number = fc.nat({ max: 59 });
const edit = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant("add" as const) },
    { weight: 2, arbitrary: fc.constant("zone" as const) },
    { weight: 2, arbitrary: fc.constant("remove" as const) },
    { weight: 12, arbitrary: fc.constantFrom(...KINDS) },
  ),
  at: number,
  to: number,
});
/** What a history starts with: mostly additions. */
export const additions: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("add" as const), at: number, to: number }) },
    { weight: 1, arbitrary: edit },
  ),
  { minLength: 1, maxLength: 12 },
);
export const edits: fc.Arbitrary<Edit[]> = fc.array(edit, { maxLength: 4 });

export const EMPTY: Program = { resources: [], serial: 0 };

/** The program after the edits; the given one stays as it is. */
export function edited(program: Program, list: Edit[]): Program {
  const next: Program = structuredClone(program);
  for (const { kind, at, to } of list) {
    if (kind === "add") add(next, at, to);
    else {
      const item = next.resources[at % Math.max(1, next.resources.length)];
      if (item !== undefined) change(next, item, kind, to);
    }
  }
  return next;
}

/** The `n`th of a list, or nothing: one more than it has. */
function pick<T>(list: T[], n: number): T | undefined {
  return list[n % (list.length + 1)];
}

/** A target that nothing can force to be deleted before its users: links to it can be cut and changed at any time. */
const isSimple = (item: Declared): boolean => item.kind === "Thing" && serialOf(item) % 3 === 0;
/** A Named object cannot stand beside its replacement: reasons to replace that the provider does not know need the option. */
export const mayBeForced = (item: Declared): boolean => item.kind !== "Named" || item.deleteFirst;
/** A retained object would hold what it is linked to, and a unique name, for ever. */
const mayRetain = (item: Declared): boolean => item.kind === "Thing" && serialOf(item) % 4 === 1;

function add(program: Program, at: number, to: number): void {
  const kinds: Kind[] = ["Thing", "Named", "Thing", "Group", "Vague", "Provider", "Named"];
  const kind = kinds[at % kinds.length] as Kind;
  const serial = program.serial++;
  const key = `${kind[0]?.toLowerCase()}${serial}`;
  const item: Declared = {
    key,
    name: key,
    kind,
    deleteFirst: (kind === "Named" && serial % 2 === 1) || (kind === "Thing" && serial % 6 === 2),
    size: to % 3,
    zone: String(at % 2),
    dependsOn: [],
    replaceWith: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    aliases: [],
  };
  const objects = program.resources.filter(isObject);
  if (kind !== "Provider") item.parent = pick(parents(program, item), to)?.key;
  if (!mayBeForced(item) && providerOf(program, item) !== undefined) item.parent = undefined;
  // What holds two objects together is there from the start and stays: a cloud lets nobody cut it while one of them is replaced.
  if (isObject(item) && !isSimple(item) && mayBeForced(item)) {
    const way = Math.floor(to / 3) % 5;
    const other = pick(objects, at)?.key;
    if (way === 0 && !mayRetain(item) && kind !== "Vague") item.link = other;
    if (way === 1) item.within = other;
    if (way === 2 && other !== undefined) item.replaceWith = [other];
  }
  if (isObject(item) && to % 4 === 0) item.from = pick(objects, at + 1)?.key;
  if (to % 13 === 7) item.protect = true;
  // What somebody else made is in nothing else yet: to say at once that it goes with another object would be a lie.
  if (kind === "Thing" && to % 7 === 5 && item.within === undefined) item.imports = true;
  program.resources.push(item);
}

const parents = (program: Program, item: Declared): Declared[] => {
  const earlier = program.resources.slice(0, program.resources.indexOf(item) >>> 0);
  // What is in a resource that goes with another goes with it too, says Pulumi: these objects do not.
  return earlier.filter((other) => (other.kind === "Group" || other.kind === "Thing") && other.within === undefined);
};

function change(program: Program, item: Declared, kind: Exclude<EditKind, "add">, to: number): void {
  const earlier = program.resources.slice(0, program.resources.indexOf(item));
  const objects = earlier.filter(isObject);
  switch (kind) {
    case "size":
      item.size = to % 4;
      return;
    case "zone":
      item.zone = String(to % 3);
      return;
    case "nested":
      item.nested = to % 4 === 0 ? undefined : { a: to % 5, list: [to % 2, to % 3].slice(0, to % 3) };
      return;
    case "password":
      item.password = to % 5 === 0 ? undefined : { secret: to % 2 === 0, n: to % 3 };
      return;
    case "from":
      if (isObject(item)) item.from = pick(objects, to)?.key;
      return;
    case "link": {
      const simple = objects.filter(isSimple);
      const present = simple.some((other) => other.key === item.link) || item.link === undefined;
      // What goes with another object would hold what it is linked to until that one is gone.
      if (
        present &&
        item.within === undefined &&
        isObject(item) &&
        !isSimple(item) &&
        item.kind !== "Vague" &&
        !mayRetain(item)
      )
        item.link = pick(simple, to)?.key;
      return;
    }
    case "dependsOn": {
      const other = pick(earlier, to)?.key;
      const others = earlier.filter(({ key }) => key === other || (item.dependsOn.includes(key) && to % 2 === 0));
      item.dependsOn = others.map(({ key }) => key).filter((key) => !ancestors(program, item).includes(key));
      return;
    }
    case "remove":
      remove(program, item);
      return;
    case "rename": {
      const former = urnOf(program, item);
      item.name = to % 3 === 0 ? item.key : `${item.key}-${to}`;
      keepAlias(program, item, former);
      return;
    }
    case "reparent": {
      // A child below a parent that moves would have to move along, in one run.
      if (item.kind === "Provider" || childrenOf(program, item.key).length > 0) return;
      const former = urnOf(program, item);
      const parent = pick(parents(program, item), to)?.key;
      if (!mayBeForced(item) && providerOf(program, { ...item, parent }) !== undefined) return;
      item.parent = parent;
      item.dependsOn = item.dependsOn.filter((key) => !ancestors(program, item).includes(key));
      keepAlias(program, item, former);
      return;
    }
    case "provider":
      if (familyOf(program, item.key).every(mayBeForced) && item.kind !== "Provider")
        item.provider = pick(
          earlier.filter((other) => other.kind === "Provider"),
          to,
        )?.key;
      return;
    case "protect":
      item.protect = to % 3 === 0;
      return;
    case "retain":
      if (mayRetain(item)) item.retain = to % 2 === 0;
      return;
    case "trigger":
      if (isObject(item) && mayBeForced(item)) item.trigger = to % 4;
      return;
    case "ignoreChanges":
      item.ignoreChanges = [[], ["size"], ["nested.a"], ["size", "nested.list[0]"]][to % 4] as string[];
      return;
    case "replaceOnChanges":
      item.replaceOnChanges = [[], ["size"], ["nested.a"], ["nested.list[*]"]][to % 4] as string[];
      return;
    case "secretOutputs":
      item.secretOutputs = to % 2 === 0;
      return;
    case "found":
      if (isSimple(item)) item.found = to % 2 === 0;
      return;
    case "imports":
      delete item.imports;
      return;
  }
}

function ancestors(program: Program, item: Declared): string[] {
  const parent = program.resources.find((other) => other.key === item.parent);
  return parent === undefined ? [] : [parent.key, ...ancestors(program, parent)];
}

function keepAlias(program: Program, item: Declared, former: string): void {
  const present = urnOf(program, item);
  item.aliases = [former, ...item.aliases].filter((urn, at, all) => urn !== present && all.indexOf(urn) === at);
}

/** Takes a resource out with all that is in it or held together with it; other references to it are cut. */
function remove(program: Program, item: Declared): void {
  const gone = new Set([item.key]);
  for (const other of program.resources) {
    const simple = (key: string) => program.resources.some((target) => target.key === key && isSimple(target));
    const held = [other.parent, other.within, ...other.replaceWith, other.link && !simple(other.link) && other.link];
    if (held.some((key) => key && gone.has(key))) gone.add(other.key);
  }
  program.resources = program.resources.filter((other) => !gone.has(other.key));
  for (const other of program.resources) {
    for (const key of ["from", "link", "provider"] as const) if (gone.has(other[key] ?? "")) delete other[key];
    other.dependsOn = other.dependsOn.filter((key) => !gone.has(key));
  }
}
