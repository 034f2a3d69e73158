import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Command } from "commander";
import type { PolicyPackOptions } from "../../engine/index.js";
import type { Project } from "../../engine/project/project.js";
import { FleetError } from "../errors.js";
import { writeOutput } from "../output-file.js";
import { type Checked, checkPolicies, type StackFindings } from "../policy/check.js";
import { readFinding } from "../policy/finding.js";
import { addPolicyOptions, type PolicyOptions, policyPacks } from "../policy-options.js";
import { action } from "../verb.js";
import { currentProject, stackNames, toolkit } from "../workspace.js";

interface Options extends PolicyOptions {
  all?: boolean;
  json?: boolean;
  sarif?: string;
}

export function define(command: Command): void {
  command
    .summary("hold stacks to the policies")
    .description(
      "Brings stacks up in simulation and holds them to the policy pack: policies/ of the project, or the toolkit's. " +
        "Touches nothing and needs no passphrase. Ends with 1 if a mandatory policy is violated.",
    )
    .argument("[stacks...]", "stacks to look at")
    .option("--all", "every stack that has a stack file")
    .option("--json", "print what was found as JSON")
    .option("--sarif <file>", "write what was found as SARIF 2.1.0, for code scanning; - for standard output");
  addPolicyOptions(command);
  action(command, policy);
}

async function policy(named: string[], options: Options): Promise<number> {
  const project = await currentProject();
  const stacks = await stacksOf(project, named, options);
  if (options.json && options.sarif === "-")
    throw new FleetError("--json and --sarif - both print to standard output", "give --sarif a file");
  const checked = await checkPolicies(project, stacks, packsOf(project, options), { onProgress: progress });
  if (options.sarif !== undefined) await writeSarif(checked, project, options.sarif);
  if (options.json) process.stdout.write(`${JSON.stringify({ stacks: checked.stacks.map(plain) }, undefined, 2)}\n`);
  else if (options.sarif !== "-") {
    const { findingsText } = await import("../policy/print.js");
    process.stdout.write(findingsText(checked.stacks));
  }
  return checked.stacks.every(passes) ? 0 : 1;
}

async function stacksOf(project: Project, named: string[], { all }: Options): Promise<string[]> {
  if (all && named.length > 0)
    throw new FleetError("--all means every stack, and stacks are named too", "leave out one of both");
  const known = await stackNames(project);
  if (all) return known;
  if (named.length > 0) return [...new Set(named)];
  throw new FleetError(
    "hold which stack to the policies?",
    known.length > 0 ? `name some of ${known.join(", ")}, or give --all` : "write a stack file",
  );
}

/** The packs that were named; else the project's own, or the toolkit's with the settings that were given for it. */
function packsOf(project: Project, options: Options): PolicyPackOptions[] {
  if (options.policyPack !== undefined) return policyPacks(options);
  const own = join(project.root, "policies");
  const policyPack = [existsSync(join(own, "PulumiPolicy.yaml")) ? own : join(toolkit, "policies")];
  return policyPacks({ ...options, policyPack });
}

async function writeSarif(checked: Checked, project: Project, file: string): Promise<void> {
  const { sarif } = await import("../policy/sarif.js");
  const uriOf = (path: string) => relative(project.root, path).split(sep).map(encodeURIComponent).join("/");
  const text = `${JSON.stringify(sarif(checked, { project: project.name, uriOf }), undefined, 2)}\n`;
  if (file === "-") {
    process.stdout.write(text);
    return;
  }
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeOutput(file, text);
}

const passes = ({ findings, errors }: StackFindings): boolean =>
  errors.length === 0 && findings.every(({ level }) => level !== "mandatory");

function plain(one: StackFindings): object {
  const { stack, file, findings, errors } = one;
  return { stack, file: file.shown, passed: passes(one), findings: findings.map(readFinding), errors };
}

/** How far it is, in one line on a terminal. */
function progress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done === total ? "\r\u001b[K" : `\r\u001b[KLooking at stacks: ${done} of ${total}`);
}
