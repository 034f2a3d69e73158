import { ProviderError } from "../../../provider.js";
import type { DockerClient } from "../client.js";
import { isNotFound } from "../errors.js";
import { encode } from "../resource.js";
import type { Inspected } from "./inspected.js";

/** The container, or undefined if there is none. */
export async function inspectContainer(
  client: DockerClient,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Inspected | undefined> {
  try {
    return await client.get<Inspected>(`/containers/${encode(id)}/json`, { doing: `reading container ${id}`, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The container, which must exist. */
export async function mustInspect(
  client: DockerClient,
  id: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Inspected> {
  const live = await inspectContainer(client, id, signal);
  if (live) return live;
  throw new ProviderError(
    `container "${name}" (${id.slice(0, 12)}) does not exist any more`,
    "run `fleet refresh` and then `fleet up`: it is made anew",
  );
}

const REMOVAL_POLL_MS = 100;
const REMOVAL_ATTEMPTS = 100;

/** Removes by id, killing it if it runs. Already gone, or being removed by the daemon itself, is success. */
export async function removeContainer(
  client: DockerClient,
  id: string,
  anonymousVolumes: boolean,
  doing: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.delete(`/containers/${id}`, { doing, query: { v: anonymousVolumes, force: true }, signal });
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      const pending = (error as { status?: number; reason?: string }).status === 409;
      if (!pending || attempt >= REMOVAL_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, REMOVAL_POLL_MS));
    }
  }
}
