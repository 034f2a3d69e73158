import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "../harness.js";

/** A step as `pulumi preview --json` prints it. */
export interface DigestStep {
  op: string;
  urn: string;
  oldState?: object;
  newState?: object;
  replaceReasons?: string[];
  detailedDiff?: Record<string, { kind: string }>;
}

/** What the stand-in answers. */
export interface Scenario {
  /** Stacks that have a state. */
  stacks: string[];
  plans?: Record<string, DigestStep[]>;
  /** By verb and stack, `up anna`: what fails, and with which words. */
  fails?: Record<string, string>;
}

/** It says what it is, does nothing, notes its arguments, and prints plans that the test has written down. */
const SCRIPT = `#!/usr/bin/env node
// STAND-IN of the Pulumi CLI, for the tests of agent-fleet: it makes nothing.
import { appendFileSync, readFileSync } from "node:fs";
const root = new URL("..", import.meta.url).pathname;
const args = process.argv.slice(2);
const { stacks, plans = {}, fails = {} } = JSON.parse(readFileSync(root + "scenario.json", "utf8"));
const kept = Object.keys(process.env).filter((key) => /^(GITHUB_TOKEN|ARM_)/.test(key)).sort();
appendFileSync(root + "calls.log", JSON.stringify({ args, kept }) + "\\n");
process.stderr.write("STAND-IN pulumi, nothing is made: " + args[0] + "\\n");
const stack = args[args.indexOf("--stack") + 1];
const fault = fails[args[0] + " " + stack];
if (fault) {
  const json = args.includes("--json");
  process.stdout.write(json ? JSON.stringify({ diagnostics: [{ severity: "error", message: fault }] }) : "");
  if (!json) process.stderr.write(fault + "\\n");
  process.exit(255);
}
if (args[0] === "stack" && args[1] === "ls") process.stdout.write(JSON.stringify(stacks.map((name) => ({ name }))));
if (args[0] === "preview") process.stdout.write(JSON.stringify({ config: {}, steps: plans[stack] ?? [], changeSummary: {} }));
`;

/** The real Pulumi's place on PATH, taken by a stand-in. */
export class PulumiStandIn {
  constructor(readonly project: TestProject) {
    project.write("bin/pulumi", SCRIPT);
    chmodSync(join(project.root, "bin/pulumi"), 0o755);
    this.plays({ stacks: [] });
  }

  get env(): NodeJS.ProcessEnv {
    return { PATH: `${join(this.project.root, "bin")}:${process.env.PATH}`, PULUMI_BACKEND_URL: "s3://state" };
  }

  plays(scenario: Scenario): void {
    this.project.write("scenario.json", JSON.stringify(scenario));
    this.project.write("calls.log", "");
  }

  /** Command lines since the scenario began, and which of the runner's variables came along. */
  get calls(): { args: string[]; kept: string[] }[] {
    if (!existsSync(join(this.project.root, "calls.log"))) return [];
    const lines = this.project.read("calls.log").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as { args: string[]; kept: string[] });
  }

  /** `preview anna`, `up anna`. */
  get done(): string[] {
    return this.calls.map(({ args }) =>
      args[0] === "stack" ? args.slice(0, 3).join(" ") : `${args[0]} ${args[args.indexOf("--stack") + 1]}`,
    );
  }
}

const volume = (stack: string) => `urn:pulumi:${stack}::fleet::docker:index/volume:Volume::data`;
const state = { type: "docker:index/volume:Volume", custom: true, inputs: { driver: "local" } };

export const create = (stack: string): DigestStep => ({ op: "create", urn: volume(stack), newState: state });
export const same = (stack: string): DigestStep => ({
  op: "same",
  urn: volume(stack),
  oldState: state,
  newState: state,
});
/** As the real engine tells a replacement: in parts. */
export const replace = (stack: string): DigestStep[] =>
  ["create-replacement", "replace", "delete-replaced"].map((op) => ({
    op,
    urn: volume(stack),
    oldState: state,
    ...(op !== "delete-replaced" && { newState: { ...state, inputs: { driver: "nfs" } }, replaceReasons: ["driver"] }),
    detailedDiff: { driver: { kind: "update-replace" } },
  }));
export const update = (stack: string, paths = ["labels"]): DigestStep => ({
  op: "update",
  urn: volume(stack),
  oldState: { ...state, inputs: { password: "hunter2-hunter2" } },
  newState: state,
  detailedDiff: Object.fromEntries(paths.map((path) => [path, { kind: "update" }])),
});
export { volume };
