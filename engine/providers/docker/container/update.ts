import type { UpdateRequest, UpdateResult } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { assertStillOurs } from "../labels.js";
import { mustInspect } from "./api.js";
import { type CpuLimit, cpuLimitFor } from "./cpu.js";
import { bytes, restartPolicy } from "./create-body.js";
import { outputsOf } from "./describe.js";
import type { Inspected } from "./inspected.js";
import { settleNetworks } from "./networks.js";
import { settle, start } from "./runtime.js";

/**
 * Brings a container to its inputs without replacing it: limits and restart policy, its networks, and that it runs and is
 * healthy. Only what differs from the live object is sent, so that calling it again does nothing.
 */
export async function updateContainer(client: DockerClient, request: UpdateRequest): Promise<UpdateResult> {
  const { id, news, signal } = request;
  const name = String(news.name);
  const live = await mustInspect(client, id, name, signal);
  assertStillOurs(`container "${name}"`, request.oldInputs, live.Config.Labels);

  const changes = limitChanges(live, news);
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
 * What POST /containers/{id}/update must change. In that call 0 means "as it is": a limit that is not asked for is left alone here,
 * and diff replaces the container when one is taken away.
 */
function limitChanges(live: Inspected, news: PropertyMap): Record<string, unknown> {
  const host = live.HostConfig;
  const changes: Record<string, unknown> = {};
  const set = (key: keyof typeof host, wanted: unknown) => {
    if (wanted && host[key] !== wanted) changes[key] = wanted;
  };
  const memory = bytes(news.memory);
  // Docker gives a container with memory alone as much swap again, and refuses a memory limit over the swap limit in force.
  const swap = news.memorySwap === undefined ? 2 * memory : bytes(news.memorySwap);
  set("Memory", memory);
  // On a host without swap accounting the limit reads -1 whatever was asked.
  if (changes.Memory !== undefined || host.MemorySwap !== -1) set("MemorySwap", swap);
  set("MemoryReservation", bytes(news.memoryReservation));
  set("CpuShares", news.cpuShares);
  set("CpusetCpus", news.cpuSet);
  for (const [key, value] of Object.entries(cpuLimitFor(host, news))) set(key as keyof CpuLimit, value);
  const policy = restartPolicy(news);
  const now = host.RestartPolicy;
  if ((now?.Name || "no") !== policy.Name || (now?.MaximumRetryCount ?? 0) !== policy.MaximumRetryCount) {
    changes.RestartPolicy = policy;
  }
  return changes;
}
