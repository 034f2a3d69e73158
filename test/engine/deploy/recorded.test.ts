import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  decodeCheckpoint,
  type EngineEvent,
  openBackend,
  openProject,
  PassphraseSecrets,
  type ResourceState,
  type RunResult,
  run,
  Secret,
} from "../../../engine/index.js";
import { verifySnapshot } from "../../../engine/state/verify.js";
import { TestProject } from "../support/project.js";
import { type RecordedPreview, recordedDocker, recordedPreview } from "../support/recorded-docker.js";

const checkpointText = readFileSync("test/engine/state/recordings/docker.json", "utf8");
const checkpoint = JSON.parse(checkpointText);

async function open(salt: string) {
  const secrets = await PassphraseSecrets.open(salt, "x");
  return (ciphertext: string) => secrets.decrypt(ciphertext);
}

let project: TestProject;
afterEach(() => project.remove());

/** A project that declares what the real engine had brought up, with its state; `change` edits the declared inputs. */
async function adopt(change: (name: string, inputs: Record<string, unknown>) => void): Promise<TestProject> {
  const made = new TestProject();
  writeFileSync(join(made.folder, "Pulumi.yaml"), "name: rec\nruntime: {name: nodejs, options: {typescript: false}}\n");
  writeFileSync(join(made.folder, "Pulumi.rec.yaml"), "config: {}\n");
  const { resources } = await decodeCheckpoint(checkpointText, open);
  const declared = resources
    .filter((item) => item.custom && !item.type.startsWith("pulumi:providers:"))
    .map((item) => {
      const name = item.urn.split("::").pop() as string;
      const inputs = asDeclared(item.inputs) as Record<string, unknown>;
      change(name, inputs);
      const uses = Object.entries(item.propertyDependencies).filter(([, urns]) => urns.length > 0);
      return { name, type: item.type, inputs, uses: Object.fromEntries(uses) };
    });
  writeFileSync(join(made.folder, "declared.json"), JSON.stringify(declared));
  made.program(`
    const made = {};
    const revive = (_, value) => (value && value.secretValue !== undefined ? pulumi.secret(value.secretValue) : value);
    for (const { name, type, inputs, uses } of JSON.parse(require("fs").readFileSync("declared.json", "utf8"), revive)) {
      for (const [key, urns] of Object.entries(uses)) {
        const value = inputs[key];
        inputs[key] = pulumi.all(urns.map((urn) => made[urn.split("::").pop()].id)).apply(() => value);
      }
      made[name] = new pulumi.CustomResource(type, name, inputs, { version: "5.0.0" });
    }`);
  const folder = join(made.folder, "state/.pulumi/stacks/rec");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(made.folder, "state/.pulumi/meta.yaml"), "version: 1\n");
  const latest = { stack: "organization/rec/rec", latest: checkpoint.deployment };
  writeFileSync(join(folder, "rec.json"), JSON.stringify({ version: checkpoint.version, checkpoint: latest }));
  return made;
}

/** Inputs as a program writes them: without what the provider filled in, secrets as the program will mark them. */
function asDeclared(value: unknown): unknown {
  if (value instanceof Secret) return { secretValue: asDeclared(value.value) };
  if (Array.isArray(value)) return value.map(asDeclared);
  if (typeof value !== "object" || value === null) return value;
  const filledIn = new Set(["__defaults", ...((value as { __defaults?: string[] }).__defaults ?? [])]);
  const members = Object.entries(value).filter(([key]) => !filledIn.has(key));
  return Object.fromEntries(members.map(([key, item]) => [key, asDeclared(item)]));
}

async function engine(preview: boolean, recorded: RecordedPreview, log: string[] = []) {
  const events: EngineEvent[] = [];
  const result: RunResult = await run("update", preview, {
    project: await openProject(project.folder),
    stack: "rec",
    backend: openBackend(project.backendUrl, { cwd: project.folder, env: {} }),
    providers: { docker: recordedDocker(recorded, log) },
    passphrase: async () => "x",
    onEvent: (event) => events.push(event),
  });
  expect(result.errors).toEqual([]);
  const steps = events.flatMap((event) => (event.kind === "step-done" && event.step.logical ? [event.step] : []));
  return { result, steps };
}

const CHANGES = {
  "volume-label": (name: string, inputs: Record<string, unknown>) => {
    if (name === "vol") inputs.labels = [{ label: "fleet", value: "other" }];
  },
  memory: (name: string, inputs: Record<string, unknown>) => {
    if (name === "agent") Object.assign(inputs, { memory: 300, memorySwap: 300 });
  },
  env: (name: string, inputs: Record<string, unknown>) => {
    if (name === "agent") inputs.envs = ["B=2"];
  },
};

describe("a state of the real engine", () => {
  it("is taken over without a difference", async () => {
    project = await adopt(() => {});
    const { result } = await engine(true, recordedPreview("memory"));
    expect(result.changes).toEqual({ same: 6 });
  });

  for (const [name, change] of Object.entries(CHANGES)) {
    it(`is planned for as the real engine planned: ${name}`, async () => {
      project = await adopt(change);
      const recorded = recordedPreview(name);
      const { result, steps } = await engine(true, recorded);
      expect(result.changes).toEqual(recorded.changeSummary);
      const planned = steps
        .filter((step) => step.op !== "same")
        .map(({ op, urn, diffs, replaceKeys, detailedDiff }) => ({
          op,
          urn,
          diffReasons: diffs?.length ? diffs : undefined,
          replaceReasons: replaceKeys?.length ? replaceKeys : undefined,
          detailedDiff: detailedDiff ?? {},
        }));
      const expected = recorded.steps
        .filter((step) => step.op !== "same")
        .map(({ op, urn, diffReasons, replaceReasons, detailedDiff }) => ({
          op,
          urn,
          diffReasons,
          replaceReasons,
          detailedDiff: detailedDiff ?? {},
        }));
      expect(planned.sort(byUrn)).toEqual(expected.sort(byUrn));
    });
  }

  it("is carried on: the cascade deletes the containers, then the volume, and makes them again", async () => {
    project = await adopt(CHANGES["volume-label"]);
    const log: string[] = [];
    const { result } = await engine(false, recordedPreview("volume-label"), log);
    expect(result.changes).toEqual({ same: 3, replace: 3 });
    expect(log.slice(0, 2).sort()).toEqual(["delete agent", "delete hard"]);
    expect(log.slice(2, 4)).toEqual(["delete vol", "create vol"]);
    expect(log.slice(4).sort()).toEqual(["create agent", "create hard"]);
    const text = readFileSync(join(project.folder, "state/.pulumi/stacks/rec/rec.json"), "utf8");
    const snapshot = await decodeCheckpoint(text, open);
    const { resources } = await decodeCheckpoint(checkpointText, open);
    expect(verifySnapshot(snapshot)).toEqual([]);
    expect(snapshot.resources).toHaveLength(resources.length);
    for (const name of ["net", "img"]) {
      const stored = (list: ResourceState[]) => {
        const { stackTrace, ...rest } = list.find((item) => item.urn.endsWith(`::${name}`)) as ResourceState;
        return rest;
      };
      expect(stored(snapshot.resources)).toEqual(stored(resources));
    }
  });
});

const byUrn = (left: { urn: string }, right: { urn: string }) => (left.urn < right.urn ? -1 : 1);
