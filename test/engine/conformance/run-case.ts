import { existsSync, readFileSync } from "node:fs";
import { decodeCheckpoint, verifySnapshot } from "../../../engine/index.js";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";
import type { CloudObject, CloudOperation } from "../support/cloud.js";
import { PASSPHRASE } from "../support/crash.js";
import { HermeticSession } from "./hermetic.js";
import { judge } from "./judge.js";
import { show } from "./match.js";
import { PulumiSession } from "./pulumi.js";
import type { ConformanceCase, Deployment, EngineName, Fault, Observation, RunStep, Session } from "./types.js";
import { CaseWorld, nameOf } from "./world.js";

export interface CaseResult {
  observations: Observation[];
  /** What did not hold, each with the step that it is of. */
  problems: string[];
  /** What previews of the final state planned, by engine; only for what `takeover` asked. */
  takeover: Partial<Record<EngineName, string[]>>;
}

/** Runs a case on an engine and holds it to its expectations. `takeover`: the engines that then preview the state. */
export async function runCase(
  definition: ConformanceCase,
  engine: EngineName,
  takeover: EngineName[] = [engine],
): Promise<CaseResult> {
  const world = new CaseWorld(definition);
  const open = (name: EngineName): Promise<Session> =>
    name === "hermetic" ? Promise.resolve(new HermeticSession(world, definition)) : PulumiSession.open(world);
  const result: CaseResult = { observations: [], problems: [], takeover: {} };
  const session = await open(engine);
  let last: Observation | undefined;
  try {
    const reach = {
      folder: world.folder,
      cloud: world.cloud,
      engine,
      writeDeployment: (deployment: Deployment) => world.writeDeployment(deployment),
    };
    await definition.prepare?.(reach);
    for (const [index, step] of definition.steps.entries()) {
      if ("edit" in step) {
        const deployment = world.rawDeployment() as Deployment;
        step.edit(deployment);
        world.writeDeployment(deployment);
      } else if ("change" in step) await step.change(world.cloud, reach);
      else {
        last = await runStep(world, session, step);
        result.observations.push(last);
        const problems = judge(
          last,
          step.crash ? { ...step.expect, outcome: last.outcome, errors: [] } : (step.expect ?? {}),
        );
        problems.push(...(await soundness(world, definition)));
        try {
          await step.expect?.check?.(last, reach);
        } catch (error) {
          problems.push(`check: ${error instanceof Error ? error.message : String(error)}`);
        }
        result.problems.push(...problems.map((problem) => `step ${index + 1} (${step.run}): ${problem}`));
      }
    }
    if (definition.settles !== false && last?.run === "up" && last.outcome === "succeeded") {
      for (const name of takeover) {
        const other = name === engine ? session : await open(name);
        try {
          result.takeover[name] = await planned(world, other, name);
          result.problems.push(
            ...(result.takeover[name] ?? []).map((line) => `at the end (preview by ${name}): ${line}`),
          );
        } finally {
          if (other !== session) await other.close();
        }
      }
    }
  } finally {
    await session.close();
    world.remove();
  }
  return result;
}

/** What a preview plans for a state that should be settled: nothing. */
async function planned(world: CaseWorld, session: Session, name: EngineName): Promise<string[]> {
  if (name === "pulumi") world.initStack();
  const preview = await session.run("preview", {});
  const steps = preview.steps.filter((step) => !["same", "read"].includes(step.op) && step.logical);
  const lines = steps.map((step) => `${step.op} ${nameOf(step.urn)} ${show(step.detailedDiff)} ${show(step.diffs)}`);
  return preview.outcome === "succeeded" ? lines : [...lines, ...preview.errors];
}

async function runStep(world: CaseWorld, session: Session, step: RunStep): Promise<Observation> {
  if (step.program !== undefined) world.project.program(step.program);
  if (step.source !== undefined) world.project.source(step.source);
  for (const fault of step.faults ?? []) inject(world, session, fault);
  const crash = step.crash && arrangeCrash(world, step.crash);
  const { run, program, source, faults, crash: _, expect, ...settings } = step;
  world.calls.length = 0;
  const raw = await session.run(run, settings);
  const left = world.cloud.hooks.splice(0).length;
  if (left > 0 && !crash) raw.errors.push(`the case is wrong: ${left} of its faults did not come about`);
  if (crash) crash.restore();
  return {
    run,
    ...raw,
    calls: [...world.calls],
    deployment: await world.deployment(),
    stored: existsSync(world.stateFile) ? readFileSync(world.stateFile, "utf8") : "",
  };
}

function split(call: string): [CloudOperation, string] {
  const [op = "", ...name] = call.split(" ");
  return [op as CloudOperation, name.join(" ")];
}

function inject(world: CaseWorld, session: Session, fault: Fault): void {
  world.cloud.once(...split(fault.call), fault.phase ?? "before", async (signal) => {
    for (let times = fault.interrupt ?? 0; times > 0; times--) session.interrupt();
    if (fault.hang) await aborted(signal);
    if (fault.error !== undefined) throw new Error(fault.error);
  });
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error("the call was aborted"));
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/** State and cloud as they are at a call come back when the run is over. */
function arrangeCrash(world: CaseWorld, { call, phase = "before" }: NonNullable<RunStep["crash"]>) {
  let kept: { latest: Deployment | undefined; objects: CloudObject[] } | undefined;
  world.cloud.once(...split(call), phase, () => {
    kept = { latest: world.rawDeployment(), objects: structuredClone([...world.cloud.objects.values()]) };
    throw new Error("the engine was killed here");
  });
  return {
    restore(): void {
      if (kept === undefined) throw new Error(`the case is wrong: there was no ${call} to crash at`);
      if (kept.latest !== undefined) world.writeDeployment(kept.latest);
      world.cloud.objects.clear();
      for (const object of kept.objects) world.cloud.objects.set(object.id, object);
    },
  };
}

/** The state keeps the rules that the real engine checks when it reads one, and tells of every object in the cloud, each once. */
async function soundness(world: CaseWorld, { retained = [] }: ConformanceCase): Promise<string[]> {
  if (!existsSync(world.stateFile)) return [];
  const snapshot = await decodeCheckpoint(readFileSync(world.stateFile, "utf8"), async (salt) => {
    const secrets = await PassphraseSecrets.open(salt, PASSPHRASE);
    return (text) => secrets.decrypt(text);
  });
  const broken = verifySnapshot(snapshot).map((line) => `the state is not sound: ${line}`);
  if (snapshot.pendingOperations.length > 0) return broken;
  const known = new Set(snapshot.resources.filter((item) => item.custom).map((item) => item.id));
  const lost = [...world.cloud.objects.values()].filter(({ id, name }) => !known.has(id) && !retained.includes(name));
  return [...broken, ...lost.map(({ name, id }) => `the state does not know of ${name} (${id}) in the cloud`)];
}
