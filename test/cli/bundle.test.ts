import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toolkit } from "./harness.js";

/** As bootstrap.mjs does it. */
const START = `
  import { loadBundle } from ${JSON.stringify(join(toolkit, "cli/bundle.mjs"))};
  const [root, verb] = process.argv.slice(1);
  const bundle = await loadBundle(root, verb);
  console.log(JSON.stringify({ answer: await bundle?.main(), place: bundle?.place }));
  bundle?.keep();
`;

/** A toolkit of a few lines, with the real esbuild. */
class Sources {
  readonly root = mkdtempSync(join(tmpdir(), "fleet-bundle-"));
  readonly cache = join(this.root, "node_modules/.cache/agent-fleet");

  constructor() {
    for (const room of ["cli", "engine", "review", "spec", "node_modules"]) mkdirSync(join(this.root, room));
    for (const name of ["tsx", "esbuild", "@esbuild"])
      symlinkSync(join(toolkit, "node_modules", name), join(this.root, "node_modules", name));
    this.write("node_modules/.package-lock.json", "{}");
    this.write(
      "cli/main.ts",
      `export { answer as main } from "../engine/answer.js"; export const place = import.meta.url;`,
    );
    this.answer(42);
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  answer(number: number): void {
    this.write("engine/answer.ts", `export const answer = async (): Promise<number> => ${number};`);
  }

  /** Loads it in a new process, runs it and keeps what was compiled. */
  start(verb?: string, env: NodeJS.ProcessEnv = {}): { answer?: number; place?: string } {
    const args = ["--input-type=module", "-e", START, this.root, ...(verb ? [verb] : [])];
    const out = execFileSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } });
    return JSON.parse(out) as ReturnType<Sources["start"]>;
  }

  get bundles(): string[] {
    return readdirSync(this.cache);
  }

  /** What is kept compiled. */
  get compiled(): string[] {
    const files = readdirSync(this.cache, { recursive: true }).map(String);
    return files.filter((name) => name.includes(".compiled")).map((name) => join(this.cache, name));
  }
}

let sources: Sources;
beforeEach(() => {
  sources = new Sources();
});
afterEach(() => rmSync(sources.root, { recursive: true, force: true }));

it("keeps what was compiled for the next start, and compiles anew what cannot be used", () => {
  expect(sources.start()).toEqual({ answer: 42, place: `file://${sources.root}/cli/main.ts` });
  expect(sources.compiled).toEqual([]);

  expect(sources.start("up").answer).toBe(42);
  const [compiled = ""] = sources.compiled;
  expect(sources.compiled).toEqual([expect.stringMatching(/\/main\.up\.compiled$/)]);
  const { ino } = statSync(compiled);
  expect(sources.start("up").answer).toBe(42);
  expect(statSync(compiled).ino).toBe(ino);

  const good = readFileSync(compiled).length;
  writeFileSync(compiled, "nothing that V8 has compiled");
  expect(sources.start("up").answer).toBe(42);
  expect(readFileSync(compiled).length).toBe(good);
  expect(sources.bundles).toHaveLength(1);
});

it("never runs what the sources, or the packages, no longer are", () => {
  expect(sources.start("up").answer).toBe(42);
  sources.answer(43);
  expect(sources.start("up").answer).toBe(43);
  expect(sources.bundles).toHaveLength(2);
  sources.write("node_modules/.package-lock.json", `{"packages":{}}`);
  expect(sources.start("up").answer).toBe(43);
  expect(sources.bundles).toHaveLength(3);
});

it("leaves it to the sources where none can be made, or is wanted", () => {
  expect(sources.start("up", { FLEET_NO_BUNDLE: "1" })).toEqual({});
  sources.write("cli/main.ts", "export const main = ;");
  expect(sources.start("up")).toEqual({});
});
