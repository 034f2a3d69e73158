import { PartialFailure, type ReadRequest, type ReadResult } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { satisfies } from "../compare.js";
import { isNotFound, refusal } from "../errors.js";
import { assertImportable, assertStillOurs, sameOwner, toLabels } from "../labels.js";
import { encode, GONE, type ResourceType, type Session } from "../resource.js";
import { inspectContainer, removeContainer } from "./api.js";
import { createContainer } from "./create.js";
import { objects } from "./create-body.js";
import { describe, outputsOf } from "./describe.js";
import { importInputs } from "./import.js";
import type { ImageInspect, Inspected } from "./inspected.js";
import { untilThere } from "./late.js";
import { networksAgree } from "./networks.js";
import { settle } from "./runtime.js";
import { containerShape } from "./shape.js";
import { stopSeconds, updateContainer } from "./update.js";

/** docker:index/container:Container. */
export const container: ResourceType = {
  shape: containerShape,
  // Ports, addresses and the name can be had once only.
  deleteBeforeReplace: () => true,
  create: ({ client }, request) => createContainer(client, request),
  update: ({ client }, request) => updateContainer(client, request),

  async read({ client }, request) {
    const { id, inputs, signal } = request;
    const live = await inspectContainer(client, id, signal);
    if (!live) return GONE;
    if (Object.keys(inputs).length === 0) return imported(client, live, request);
    // A name that starts like the id must not be taken for it.
    if (live.Id !== id) return GONE;
    return { id, outputs: outputsOf(live, inputs) };
  },

  async delete({ client }, { id, oldInputs, signal }) {
    const name = String(oldInputs.name ?? id);
    const live = await inspectContainer(client, id, signal);
    if (!live || live.Id !== id) return;
    assertStillOurs(`container "${name}"`, oldInputs, live.Config.Labels);
    if (live.State.Running || live.State.Restarting) await stop(client, live, stopSeconds(oldInputs), signal);
    await removeContainer(client, id, oldInputs.removeVolumes !== false, `removing container "${name}"`, signal);
  },

  async recover(session, request): Promise<ReadResult | undefined> {
    const { client } = session;
    const { inputs, known = [], signal } = request;
    if (typeof inputs.name !== "string") return undefined;
    const live = await untilThere(client, inputs, signal);
    if (!live || live.Name !== `/${inputs.name}` || !sameOwner(toLabels(inputs.labels), live.Config.Labels))
      return undefined;
    if (known.includes(live.Id)) return undefined;
    if (await isComplete(session, live, inputs, signal)) {
      try {
        const settled = await settle(client, live.Id, inputs, request);
        return { id: live.Id, outputs: outputsOf(settled, inputs) };
      } catch (error) {
        // It runs but never gets healthy: as good as half-made.
        if (!(error instanceof PartialFailure)) throw error;
      }
    }
    await removeContainer(client, live.Id, true, `removing the half-made container "${inputs.name}"`, signal);
    return undefined;
  },
};

async function stop(
  client: DockerClient,
  live: Inspected,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = live.Name.slice(1);
  try {
    await client.post(`/containers/${live.Id}/stop`, {
      doing: `stopping container "${name}"`,
      query: { t: seconds },
      timeout: (seconds + 60) * 1000,
      signal,
    });
  } catch (error) {
    // Gone meanwhile, or it cannot be stopped (paused, a zombie): removing by force is next.
    if (!isNotFound(error) && refusal(error, 409, 500) === undefined) throw error;
  }
}

/** Compared above, or not to be seen in an inspected container. */
const SEEN_OTHERWISE = ["image", "networksAdvanced", "mustRun", "memorySwap", "uploads", "gpus", "deviceRequests"];

/** True if the killed run had come to the end of its create: everything asked is there and it runs. */
async function isComplete(
  session: Session,
  live: Inspected,
  inputs: PropertyMap,
  signal?: AbortSignal,
): Promise<boolean> {
  // Whether files were uploaded cannot be seen from outside.
  if (objects(inputs.uploads).length > 0) return false;
  if (inputs.start !== false && !live.State.Running) return false;
  if (!networksAgree(live, inputs)) return false;
  if (!(await sameImage(session.client, live, String(inputs.image), signal))) return false;
  const seen = describe(live, inputs);
  return Object.entries(containerShape.fields).every(([key, field]) => {
    const matters = field.replace === true || field.drifts === true;
    const filledIn = key === "shmSize" && inputs[key] === undefined;
    return !matters || filledIn || SEEN_OTHERWISE.includes(key) || satisfies(field, inputs[key], seen[key]);
  });
}

async function sameImage(client: DockerClient, live: Inspected, asked: string, signal?: AbortSignal): Promise<boolean> {
  if (live.Image === asked) return true;
  const image = await findImage(client, asked, signal);
  return image?.Id === live.Image;
}

async function findImage(
  client: DockerClient,
  reference: string,
  signal?: AbortSignal,
): Promise<ImageInspect | undefined> {
  try {
    return await client.get(`/images/${encode(reference)}/json`, { doing: `reading image ${reference}`, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function imported(client: DockerClient, live: Inspected, request: ReadRequest): Promise<ReadResult> {
  assertImportable(`container "${live.Name.slice(1)}"`, request, live.Config.Labels);
  const { signal } = request;
  const image = await findImage(client, live.Image, signal);
  const asked = request.import?.asked;
  if (asked === undefined)
    return { id: live.Id, outputs: outputsOf(live, {}, true), inputs: importInputs(live, image) };
  const askedImage = typeof asked.image === "string" ? await findImage(client, asked.image, signal) : undefined;
  const inputs = importInputs(live, image, asked, askedImage);
  return { id: live.Id, outputs: outputsOf(live, inputs), inputs };
}
