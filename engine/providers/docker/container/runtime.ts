import { PartialFailure, ProviderError, type ResourceCall } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import { type DockerClient, sleep } from "../client.js";
import { DaemonError, refusal } from "../errors.js";
import { describeOwner } from "../labels.js";
import { mustInspect } from "./api.js";
import { objects } from "./create-body.js";
import { outputsOf } from "./describe.js";
import type { Inspected } from "./inspected.js";
import { lastLogs, redact } from "./logs.js";

/** How long a started container is watched for exiting at once. */
const SETTLE_MS = 500;
const HEALTH_POLL_MS = 250;
const REPORT_EVERY_MS = 3_000;
const DEFAULT_WAIT_SECONDS = 60;
/** A container whose restart policy revived it this often while we waited will not become healthy. */
const MOST_RESTARTS = 3;

/** Starts a container that does not run. Failures that have a known cause name it. */
export async function start(
  client: DockerClient,
  id: string,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = String(inputs.name);
  try {
    await client.post(`/containers/${id}/start`, { doing: `starting container "${name}"`, signal });
  } catch (error) {
    throw (await portTaken(client, error, id, inputs, signal)) ?? error;
  }
}

async function portTaken(
  client: DockerClient,
  error: unknown,
  id: string,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<ProviderError | undefined> {
  const reason = refusal(error, 400, 409, 500);
  const found =
    reason?.match(/Bind for (.+):(\d+) failed: port is already allocated/) ??
    reason?.match(/listen (?:tcp|udp|sctp)[46]? (.+):(\d+): bind: address already in use/);
  if (!found) return undefined;
  const [, ip, port] = found;
  const running = await client.get<RunningContainer[]>("/containers/json", { doing: "listing containers", signal });
  const holder = running.find(
    (other) => other.Id !== id && other.Ports.some((binding) => binding.PublicPort === Number(port)),
  );
  const index = objects(inputs.ports).findIndex((binding) => binding.external === Number(port));
  return new ProviderError(
    `container "${inputs.name}" cannot have port ${ip}:${port}${index < 0 ? "" : ` (ports[${index}].external)`}: ${
      holder
        ? `container "${holder.Names[0]?.slice(1)}" has it, ${describeOwner(holder.Labels)}`
        : "another program on the Docker host listens on it"
    }`,
    holder
      ? "choose another port, or stop that container"
      : `choose another port, or stop that program (\`ss -ltnp 'sport = :${port}'\` names it)`,
  );
}

interface RunningContainer {
  Id: string;
  Names: string[];
  Labels: Record<string, string>;
  Ports: { PublicPort?: number }[];
}

/**
 * Holds a started container to what was asked: that it keeps running (`mustRun`) and becomes healthy (`wait`).
 * Returns it as inspected last; throws a PartialFailure when it does not get there, since the container exists.
 */
export async function settle(
  client: DockerClient,
  id: string,
  inputs: PropertyMap,
  call: ResourceCall,
): Promise<Inspected> {
  const name = String(inputs.name);
  const read = () => mustInspect(client, id, name, undefined);
  if (inputs.start === false) return read();
  if (inputs.wait === true) return waitHealthy(client, id, inputs, call);
  if (inputs.mustRun === false) return read();
  const exited = await exitsWithin(client, id, name, SETTLE_MS);
  const live = await read();
  if (exited || !live.State.Running || live.State.Restarting) {
    throw await failure(client, live, inputs, `exited ${live.State.ExitCode === 0 ? "at once" : "with an error"}`);
  }
  return live;
}

/** True if the container stops within that time. The daemon tells the moment it does. */
async function exitsWithin(client: DockerClient, id: string, name: string, milliseconds: number): Promise<boolean> {
  try {
    await client.post(`/containers/${id}/wait`, {
      doing: `watching container "${name}"`,
      query: { condition: "not-running" },
      timeout: milliseconds,
    });
    return true;
  } catch (error) {
    if (error instanceof DaemonError && error.code === "TIMEOUT") return false;
    throw error;
  }
}

async function waitHealthy(
  client: DockerClient,
  id: string,
  inputs: PropertyMap,
  call: ResourceCall,
): Promise<Inspected> {
  const seconds = typeof inputs.waitTimeout === "number" ? inputs.waitTimeout : DEFAULT_WAIT_SECONDS;
  const started = Date.now();
  let reported = started;
  for (;;) {
    const live = await mustInspect(client, id, String(inputs.name), undefined);
    const { State } = live;
    const health = State.Health?.Status;
    if (State.Running && health === "healthy") return live;
    if (State.Running && (health === undefined || health === "none")) {
      throw await failure(client, live, inputs, "has no healthcheck, so it cannot be waited for (wait: true)");
    }
    if (health === "unhealthy") throw await failure(client, live, inputs, "is unhealthy");
    if (["exited", "dead"].includes(State.Status) || live.RestartCount >= MOST_RESTARTS) {
      throw await failure(client, live, inputs, "exited before it was healthy");
    }
    const waited = Math.round((Date.now() - started) / 1000);
    if (Date.now() - started >= seconds * 1000) {
      throw await failure(client, live, inputs, `was not healthy within ${seconds} s`);
    }
    if (Date.now() - reported >= REPORT_EVERY_MS) {
      reported = Date.now();
      call.report?.(`waiting for health, ${waited} s of ${seconds} s`);
    }
    try {
      await sleep(HEALTH_POLL_MS, call.signal);
    } catch {
      throw new PartialFailure(id, outputsOf(live, inputs), [`cancelled while waiting for container "${inputs.name}"`]);
    }
  }
}

/** A PartialFailure with the end of the log and what the last healthchecks said. */
export async function failure(
  client: DockerClient,
  live: Inspected,
  inputs: PropertyMap,
  what: string,
): Promise<PartialFailure> {
  const { State } = live;
  const exit = State.Running ? "" : ` (exit code ${State.ExitCode}${State.OOMKilled ? ", out of memory" : ""})`;
  const lines = [`container "${inputs.name}" ${what}${exit}`];
  if (State.Error) lines.push(`  Docker says: ${redact(State.Error, inputs)}`);
  const check = State.Health?.Log?.at(-1);
  if (check && check.ExitCode !== 0) {
    lines.push(
      `  its healthcheck says (exit code ${check.ExitCode}): ${redact(check.Output.trim(), inputs) || "nothing"}`,
    );
  }
  lines.push("  the end of its log:", ...(await lastLogs(client, live, inputs)).map((line) => `    ${line}`));
  return new PartialFailure(live.Id, outputsOf(live, inputs), [lines.join("\n")]);
}
