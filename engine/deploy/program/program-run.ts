import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent } from "../../events.js";
import type { ProgramExit, ProgramHost, RunningProgram } from "../../program-host.js";
import type { Project } from "../../project/project.js";
import type { Cancellation } from "../../run.js";
import type { Deployment } from "../deployment.js";
import type { Executor } from "../execution/executor.js";
import { untilAborted } from "../execution/interrupt.js";
import { ProgramServer } from "./program-server.js";
import { ProgramService } from "./program-service.js";

/** How long a program may take to end by itself once it is let go, in milliseconds. */
const GRACE = 5_000;
/** The same when the run failed or was cancelled: its next call ends it. */
const GRACE_ENDING = 1_000;

export interface ProgramRunOptions {
  host: Pick<ProgramHost, "start">;
  project: Project;
  env?: Record<string, string>;
  cancellation: Cancellation;
  onEvent: (event: EngineEvent) => void;
  /** Called when the program is on its way: while it loads there is nothing to do for the engine. */
  whileItLoads?: () => void;
}

/**
 * Runs the program until it has registered everything, or has failed, or the run ends for another reason; then `settle`, while the
 * program still waits; then lets it go. When this resolves the program is gone and nothing of it is being worked on.
 */
export async function runProgram(
  deployment: Deployment,
  executor: Executor,
  options: ProgramRunOptions,
  settle: () => Promise<void>,
): Promise<void> {
  const { host, project, env, cancellation, onEvent } = options;
  const facts = deployment.info();
  const service = new ProgramService(deployment, onEvent);
  const server = new ProgramServer(service);
  deployment.monitorAddress = () => server.address();
  let program: RunningProgram | undefined;
  try {
    const launch = {
      project,
      stack: facts.stack,
      preview: facts.preview,
      parallel: facts.parallel,
      config: facts.config,
      secretKeys: facts.secretKeys,
      env,
      address: () => server.address(),
      // A program that is cut off in the middle of a call has much to say on it, stack trace and all; why is said already.
      onEvent: (event: EngineEvent) => {
        if (!(executor.ending && event.kind === "output" && event.stream === "stderr")) onEvent(event);
      },
    };
    program = await host.start(launch, service);
    options.whileItLoads?.();
    const ended = await Promise.race([
      service.shutdownRequested.then(() => undefined),
      program.exit,
      // A program may live on after a failure: nothing more is asked of it.
      executor.whenEnding.then(() => undefined),
    ]);
    // Steps that are under way end first. A provider that hangs while it checks or compares does not hold up the second Ctrl-C.
    await executor.idle();
    await untilAborted(cancellation.abort, () => deployment.requests.idle()).catch(() => undefined);
    await executor.idle();
    deployment.requests.seal();
    if (ended !== undefined) judgeExit(ended, deployment, executor, service.signalsEnd);
    await settle();
  } finally {
    service.finish();
    await Promise.race([
      program?.exit.catch(() => undefined),
      sleep(executor.ending ? GRACE_ENDING : GRACE, undefined, { ref: false }),
    ]);
    await program?.stop();
    server.close();
  }
}

/** The program ended by itself. It has told its errors through its log; a run that was ending anyway needs no more words. */
function judgeExit(exit: ProgramExit, deployment: Deployment, executor: Executor, signalsEnd: boolean): void {
  if (executor.ending) return;
  // SDKs before 3.260 do not say when they are done: for them a clean exit is the end.
  if (exit.code === 0 && !signalsEnd) return;
  if (exit.code === 32 && deployment.programErrors.length > 0) {
    executor.failQuietly(deployment.programErrors);
    return;
  }
  const how = exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`;
  const fix = exit.code === 0 ? "\n  fix: let it end by itself, without process.exit()" : "";
  executor.fail(`the program ${how} before it said that it was done; nothing was deleted${fix}`);
}
