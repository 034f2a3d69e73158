// `npm run conformance`: the suite on our engine. With `--engine pulumi`: every case on both engines, and what they did differently.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { allCases, FOLDER } from "./cases.js";
import { compare } from "./compare.js";
import { pulumiVersion } from "./pulumi.js";
import { runCase } from "./run-case.js";
import type { ConformanceCase } from "./types.js";

const USAGE = "usage: npm run conformance -- [--engine hermetic|pulumi] [--only <area, or part of a name>,...]";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { engine: { type: "string", default: "hermetic" }, only: { type: "string" } },
  });
  if (values.engine === "hermetic") {
    const only = values.only === undefined ? [] : ["-t", values.only.split(",").join("|")];
    return spawnSync("npx", ["vitest", "run", FOLDER, ...only], { stdio: "inherit" }).status ?? 1;
  }
  if (values.engine !== "pulumi") {
    console.error(`there is no engine "${values.engine}"\n${USAGE}`);
    return 2;
  }
  const version = pulumiVersion();
  if (version === undefined) {
    console.error("there is no `pulumi` on PATH to compare with; install the Pulumi CLI, or put its folder on PATH");
    return 2;
  }
  const only = values.only?.split(",");
  const wanted = ({ name, area }: ConformanceCase) =>
    only === undefined || only.some((part) => name.includes(part) || area === part);
  const cases = (await allCases()).filter(wanted);
  if (cases.length === 0) {
    console.error(`no case is called ${values.only}\n${USAGE}`);
    return 2;
  }
  console.log(`${cases.length} cases on both engines; pulumi is ${version}`);
  return await runBoth(cases);
}

async function runBoth(cases: ConformanceCase[]): Promise<number> {
  const counts = { equal: 0, explained: 0, left: 0, different: 0 };
  for (const definition of cases) {
    if (definition.hermeticOnly !== undefined) {
      counts.left++;
      console.log(`-  ${definition.name}: not on the real engine: ${definition.hermeticOnly}`);
      continue;
    }
    const lines = await differencesOf(definition);
    if (lines.length === 0) {
      counts.equal++;
      console.log(`ok ${definition.name}`);
      continue;
    }
    counts[definition.differs === undefined ? "different" : "explained"]++;
    console.log(
      `${definition.differs === undefined ? "!!" : "~ "} ${definition.name}${definition.differs ? `: ${definition.differs}` : ""}`,
    );
    for (const line of lines) console.log(`     ${line}`);
  }
  const { equal, explained, left, different } = counts;
  console.log(`${equal} equal, ${explained} different for a reason, ${left} left out, ${different} different`);
  return different > 0 ? 1 : 0;
}

async function differencesOf(definition: ConformanceCase): Promise<string[]> {
  try {
    const ours = await runCase(definition, "hermetic", ["pulumi"]);
    const theirs = await runCase(definition, "pulumi", ["hermetic"]);
    return [
      ...ours.problems.map((line) => `hermetic: ${line}`),
      ...theirs.problems.map((line) => `pulumi: ${line}`),
      ...compare(ours.observations, theirs.observations),
    ];
  } catch (error) {
    return [`broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

if (process.argv[1] === resolve(FOLDER, "main.ts")) process.exit(await main());
