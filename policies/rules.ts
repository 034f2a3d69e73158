import { readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Rule } from "./rule.js";

/** A rule with the area that it belongs to: its folder, `containers`. */
export interface FoundRule {
  area: string;
  rule: Rule;
}

/** Loads a TypeScript module by its path. */
export type Load = (file: string) => unknown;

const FOLDER = fileURLToPath(new URL("./rules", import.meta.url));

/**
 * Every rule there is, by area, then id. A file of policies/rules/ is a rule; one whose name begins with "_" helps others. Throws an
 * Error for a file that is no rule, or has another one's id.
 */
export async function loadRules(load: Load = (file) => import(pathToFileURL(file).href)): Promise<FoundRule[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !basename(file).startsWith("_"))
    .sort();
  const found = await Promise.all(files.map((file) => loadRule(join(FOLDER, file), load)));
  found.sort((one, other) => compare(one.area, other.area) || compare(one.rule.id, other.rule.id));
  const ids = found.map(({ rule }) => rule.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two rules have the id ${twice}`);
  return found;
}

async function loadRule(file: string, load: Load): Promise<FoundRule> {
  const { rule } = (await load(file)) as { rule?: Rule };
  if (rule === undefined) throw new Error(`${file} exports no rule`);
  return { area: relative(FOLDER, dirname(file)), rule };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
