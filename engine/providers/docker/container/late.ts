import type { PropertyMap } from "../../../values.js";
import { type DockerClient, sleep } from "../client.js";
import { inspectContainer, removeContainer } from "./api.js";
import { isNameTaken, postContainer } from "./create.js";
import type { Inspected } from "./inspected.js";

const POLL_MS = 100;
/** What a daemon is given to come to the end of a creation, or of a removal, that it is in the middle of. */
const ATTEMPTS = 300;

/**
 * A container that the daemon is still making for a run that is no more, once it is there. The daemon keeps its name from the
 * beginning and shows it at the end: in between, the one way to tell is to ask for the same. If that can be had, nobody was making it,
 * and what was made for the question is removed again.
 */
export async function untilThere(
  client: DockerClient,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<Inspected | undefined> {
  const name = String(inputs.name);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const live = await inspectContainer(client, name, signal);
    if (live) return live;
    try {
      const id = await postContainer(client, inputs, signal);
      await removeContainer(client, id, true, `removing container "${name}" again`, undefined);
      return undefined;
    } catch (error) {
      // Whatever else is wrong with it will be told when it is made in earnest.
      if (!isNameTaken(error)) return undefined;
    }
    await sleep(POLL_MS, signal);
  }
  return undefined;
}
