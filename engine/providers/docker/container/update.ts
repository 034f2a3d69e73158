import type { UpdateRequest, UpdateResult } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { assertStillOurs } from "../labels.js";
import { mustInspect } from "./api.js";
import { bytes, nanoCpus, restartPolicy } from "./create-body.js";
import { type Inspected, outputsOf } from "./describe.js";
import { settleNetworks } from "./networks.js";
import { settle, start } from "./runtime.js";

/** Docker's weight of a container that asks for none. */
const DEFAULT_CPU_SHARES = 1024;
/** Docker's scheduler period of a container that asks for none, in microseconds. */
const DEFAULT_CPU_PERIOD = 100_000;

/**
 * Brings a container to its inputs without replacing it: limits and restart policy, its networks, and that it runs and is
 * healthy. Only what differs from the live object is sent, so that calling it again does nothing.
 */
export async function updateContainer(client: DockerClient, request: UpdateRequest): Promise<UpdateResult> {
  const { id, news, signal } = request;
  const name = String(news.name);
  const live = await mustInspect(client, id, name, signal);
  assertStillOurs(`container "${name}"`, request.oldInputs, live.Config.Labels);

  const changes = await limitChanges(client, live, news, signal);
  if (Object.keys(changes).length > 0) {
    await client.post(`/containers/${id}/update`, { doing: `updating container "${name}"`, body: changes, signal });
  }
  await settleNetworks(client, live, news, signal);
  await revive(client, live, news, request);
  return { outputs: outputsOf(await settled(client, id, news, request), news) };
}

/** Starts what should run and restarts what is unhealthy although it is waited for. */
async function revive(client: DockerClient, live: Inspected, news: PropertyMap, { id, signal, report }: UpdateRequest) {
  const name = String(news.name);
  const { State } = live;
  const shouldRun = news.start !== false && news.mustRun !== false;
  if (!shouldRun) return;
  if (State.Paused) {
    report?.("resuming");
    await client.post(`/containers/${id}/unpause`, { doing: `resuming container "${name}"`, signal });
  } else if (!State.Running) {
    report?.("starting");
    await start(client, id, news, signal);
  } else if (news.wait === true && State.Health?.Status === "unhealthy") {
    report?.("restarting, it is unhealthy");
    const grace = stopSeconds(news);
    await client.post(`/containers/${id}/restart`, {
      doing: `restarting container "${name}"`,
      query: { t: grace },
      timeout: (grace + 60) * 1000,
      signal,
    });
  }
}

async function settled(
  client: DockerClient,
  id: string,
  news: PropertyMap,
  request: UpdateRequest,
): Promise<Inspected> {
  if (news.mustRun === false) return mustInspect(client, id, String(news.name), request.signal);
  return settle(client, id, news, request);
}

/** Seconds between the stop signal and the kill: `destroyGraceSeconds`, else `stopTimeout`, else Docker's own 10. */
export function stopSeconds(inputs: PropertyMap): number {
  const [grace, stop] = [inputs.destroyGraceSeconds, inputs.stopTimeout];
  if (typeof grace === "number") return grace;
  return typeof stop === "number" && stop > 0 ? stop : 10;
}

/**
 * What POST /containers/{id}/update must change. In that call 0 means "as it is", so taking a limit away needs another word:
 * -1 for memory, the defaults for the scheduler, all processors for the set of them.
 */
async function limitChanges(
  client: DockerClient,
  live: Inspected,
  news: PropertyMap,
  signal?: AbortSignal,
): Promise<object> {
  const host = live.HostConfig;
  const changes: Record<string, unknown> = {};
  const set = (key: string, now: unknown, wanted: unknown, none: unknown) => {
    if ((now || none) !== (wanted || none)) changes[key] = wanted || none;
  };
  const memory = bytes(news.memory);
  // As Docker itself does for a new container with memory alone.
  const swap = news.memorySwap === undefined && memory > 0 ? 2 * memory : bytes(news.memorySwap);
  if (Math.max(host.Memory ?? 0, 0) !== memory) {
    changes.Memory = memory || -1;
    // Docker refuses a memory limit over the swap limit that is in force: they change together.
    changes.MemorySwap = swap || -1;
  } else if ((host.MemorySwap || -1) !== (swap || -1) && !(host.MemorySwap === -1 && news.memorySwap === undefined)) {
    changes.MemorySwap = swap || -1;
  }
  set("MemoryReservation", Math.max(host.MemoryReservation ?? 0, 0), bytes(news.memoryReservation), -1);
  if (changes.MemoryReservation === -1 && (host.MemoryReservation ?? 0) <= 0) delete changes.MemoryReservation;
  set("CpuShares", host.CpuShares, news.cpuShares, DEFAULT_CPU_SHARES);
  set("NanoCpus", host.NanoCpus, nanoCpus(news.cpus), 0);
  set("CpuPeriod", host.CpuPeriod, news.cpuPeriod, DEFAULT_CPU_PERIOD);
  set("CpuQuota", host.CpuQuota, news.cpuQuota, -1);
  if (news.cpus !== undefined) {
    delete changes.CpuPeriod;
    delete changes.CpuQuota;
  }
  const cpuSet = typeof news.cpuSet === "string" ? news.cpuSet : "";
  if ((host.CpusetCpus ?? "") !== cpuSet)
    changes.CpusetCpus = cpuSet || (await allCpus(client, host.CpusetCpus, signal));
  if (changes.CpusetCpus === undefined || changes.CpusetCpus === host.CpusetCpus) delete changes.CpusetCpus;
  const policy = restartPolicy(news);
  if (
    (host.RestartPolicy?.Name || "no") !== policy.Name ||
    host.RestartPolicy?.MaximumRetryCount !== policy.MaximumRetryCount
  ) {
    changes.RestartPolicy = policy;
  }
  return changes;
}

async function allCpus(
  client: DockerClient,
  now: string | undefined,
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (!now) return undefined;
  const { NCPU } = await client.get<{ NCPU: number }>("/info", { doing: "asking for the host's processors", signal });
  return NCPU > 1 ? `0-${NCPU - 1}` : "0";
}
