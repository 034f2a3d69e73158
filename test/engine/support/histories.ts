import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { FakeCloud } from "./cloud.js";
import type { TestProject } from "./project.js";

/** One declared resource. `from` and `link` name resources that stand before it: a value that updates, and one that replaces. */
export interface Declared {
  name: string;
  kind: "Thing" | "Named";
  size: number;
  zone: string;
  from?: string;
  link?: string;
  waitsFor?: string;
}
export type Model = Declared[];

export type Edit =
  | { kind: "size" | "zone"; at: number; to: number }
  | { kind: "from" | "waitsFor"; at: number; to: number }
  | { kind: "add"; resource: number; link: number }
  | { kind: "remove"; at: number };

/** A program that declares what `model.json` says. */
export function declareModel(project: TestProject): void {
  project.program(`
    const made = {};
    for (const r of JSON.parse(require("fs").readFileSync("model.json", "utf8"))) {
      const props = { size: r.size, zone: r.zone };
      if (r.from) props.from = made[r.from].address;
      if (r.link) props.link = made[r.link].id;
      const opts = r.waitsFor ? { dependsOn: made[r.waitsFor] } : {};
      made[r.name] = new (r.kind === "Named" ? Named : Thing)(r.name, props, opts);
    }`);
}

export function writeModel(project: TestProject, model: Model): void {
  writeFileSync(join(project.folder, "model.json"), JSON.stringify(model));
}

const small = fc.nat({ max: 30 });
export const edits = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("size" as const, "zone" as const), at: small, to: fc.nat({ max: 2 }) }),
    fc.record({ kind: fc.constantFrom("from" as const, "waitsFor" as const), at: small, to: small }),
    fc.record({ kind: fc.constant("add" as const), resource: small, link: small }),
    fc.record({ kind: fc.constant("remove" as const), at: small }),
  ),
  { minLength: 1, maxLength: 5 },
);

export const START: Model = [
  { name: "t0", kind: "Thing", size: 0, zone: "0" },
  { name: "n1", kind: "Named", size: 0, zone: "0", from: "t0" },
  { name: "t2", kind: "Thing", size: 0, zone: "0", link: "n1" },
  { name: "n3", kind: "Named", size: 0, zone: "0", link: "t0", waitsFor: "n1" },
  { name: "t4", kind: "Thing", size: 0, zone: "0", from: "n3", waitsFor: "t2" },
];

let serial = 5;
/** The model after some edits. What an edit names is taken modulo what there is; links go with what they name. */
export function edited(model: Model, list: Edit[]): Model {
  let next = model.map((item) => ({ ...item }));
  for (const edit of list) {
    if (edit.kind === "add") {
      const kind = edit.resource % 2 === 0 ? "Thing" : "Named";
      const link = next[edit.link % (next.length + 1)]?.name;
      next.push({ name: `${kind === "Thing" ? "t" : "n"}${serial++}`, kind, size: edit.resource % 3, zone: "0", link });
      continue;
    }
    const index = edit.at % Math.max(1, next.length);
    const item = next[index];
    if (item === undefined) continue;
    if (edit.kind === "size") item.size = edit.to;
    else if (edit.kind === "zone") item.zone = String(edit.to);
    else if (edit.kind === "remove") {
      // With all that is linked to it: a link that is cut while its target is replaced in the same breath cannot work in any cloud.
      const gone = new Set([item.name]);
      for (const other of next) if (other.link !== undefined && gone.has(other.link)) gone.add(other.name);
      next = next.filter((other) => !gone.has(other.name));
      for (const other of next) {
        if (other.from !== undefined && gone.has(other.from)) delete other.from;
        if (other.waitsFor !== undefined && gone.has(other.waitsFor)) delete other.waitsFor;
      }
    } else {
      const target = next[edit.to % (index + 1)];
      if (target === undefined || target === item) delete item[edit.kind];
      else item[edit.kind] = target.name;
    }
  }
  return next;
}

/** What of the model the cloud does not have, or has otherwise; empty if it is exactly what is declared. */
export function deviations(model: Model, cloud: FakeCloud): string[] {
  const faults: string[] = [];
  const names = cloud.names().join();
  const wanted = model
    .map((item) => item.name)
    .sort()
    .join();
  if (names !== wanted) faults.push(`objects ${names} instead of ${wanted}`);
  const idOf = (name: string) => [...cloud.objects.values()].find((object) => object.name === name)?.id;
  for (const item of model) {
    const properties = [...cloud.objects.values()].find((object) => object.name === item.name)?.properties;
    const expected: Record<string, unknown> = { size: item.size, zone: item.zone };
    expected.from = item.from && `addr-${idOf(item.from)}`;
    expected.link = item.link && idOf(item.link);
    for (const [key, value] of Object.entries(expected))
      if (properties?.[key] !== value) faults.push(`${item.name}.${key} is ${properties?.[key]}, not ${value}`);
  }
  return faults;
}
