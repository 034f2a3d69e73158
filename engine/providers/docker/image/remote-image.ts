import { resolve } from "node:path";
import { type CreateRequest, ProviderError, type ReadResult, type ResourceCall } from "../../../provider.js";
import { isPropertyMap, type PropertyMap } from "../../../values.js";
import { texts } from "../container/create-body.js";
import { GONE, type ResourceType, type Session } from "../resource.js";
import { findLocalImage, type LocalImage, pullImage, removeImage } from "./api.js";
import { buildImage, splitTag } from "./build.js";
import { openContext } from "./context.js";
import { remoteImageShape } from "./shape.js";

/**
 * docker:index/remoteImage:RemoteImage: an image that a registry has, or one that is built here. Its id is the image's id and
 * the name, and `imageId` is what containers are to refer to: a tag that moves on changes it.
 */
export const remoteImage: ResourceType = {
  shape: remoteImageShape,
  // The new image takes the name over; the old one goes when its containers are gone.
  deleteBeforeReplace: () => false,

  async create(session, request) {
    const image = await obtain(session, request.inputs, request);
    const { id, outputs } = result(image, request.inputs);
    session.madeImages.add(id);
    return { id, outputs };
  },

  async update(_session, { oldOutputs, news }) {
    // keepLocally and forceRemove matter to delete only.
    const outputs = { ...oldOutputs };
    for (const key of ["keepLocally", "forceRemove"]) delete outputs[key];
    return { outputs: { ...outputs, ...news } };
  },

  async read({ client }, { id, inputs, signal, import: imported }) {
    const isImport = Object.keys(inputs).length === 0;
    const name = isImport ? id.replace(/^sha256:[0-9a-f]{64}/, "") || id : String(inputs.name);
    const image = await findLocalImage(client, name, signal);
    if (!image) return GONE;
    // An image does not say how it came about: it counts as the one that a program of its name asks for.
    const program = imported?.asked?.name === name ? imported.asked : { name, keepLocally: true };
    const asked = isImport ? program : inputs;
    return { ...result(image, asked), ...(isImport ? { inputs: asked } : {}) };
  },

  async delete({ client, madeImages }, request) {
    const { id, oldInputs, oldOutputs } = request;
    // A replacement may have come to the very same image: it is that resource's now.
    if (oldInputs.keepLocally === true || madeImages.has(id)) return;
    const imageId = String(oldOutputs.imageId ?? "");
    await removeImage(client, String(oldInputs.name), imageId, oldInputs.forceRemove === true, request);
  },

  /**
   * Pulling or building again is harmless and quick with what is there already, and only that makes sure that the image is
   * the one that was asked for: an older build may hold the name.
   */
  async recover(): Promise<ReadResult | undefined> {
    return undefined;
  },
};

async function obtain(session: Session, inputs: PropertyMap, request: CreateRequest): Promise<LocalImage> {
  const name = String(inputs.name);
  const { client } = session;
  if (isPropertyMap(inputs.build)) return build(session, inputs, inputs.build, request);
  const local = await findLocalImage(client, name, request.signal);
  if (local && isFresh(local, inputs)) return local;
  await pullImage(session, name, typeof inputs.platform === "string" ? inputs.platform : undefined, request);
  const pulled = await findLocalImage(client, name, request.signal);
  if (!pulled) throw new ProviderError(`image ${name} was pulled and is gone again`, "run again");
  return pulled;
}

/** With pullTriggers a local image will do only if it is the one that a trigger names by digest. */
function isFresh(local: LocalImage, inputs: PropertyMap): boolean {
  const triggers = texts(inputs.pullTriggers);
  if (triggers.length === 0) return true;
  const digests = (local.RepoDigests ?? []).map((digest) => digest.slice(digest.indexOf("@") + 1));
  return triggers.some((trigger) => digests.includes(trigger.slice(trigger.indexOf("@") + 1)));
}

async function build(
  session: Session,
  inputs: PropertyMap,
  given: PropertyMap,
  call: ResourceCall,
): Promise<LocalImage> {
  const name = String(inputs.name);
  const dockerfile = typeof given.dockerfile === "string" ? given.dockerfile : undefined;
  const context = await openContext(resolve(session.folder, String(given.context)), dockerfile);
  const platform = given.platform ?? inputs.platform;
  const tags = [name, ...texts(given.tags).filter((tag) => tag !== name)];
  const id = await buildImage(session, context, { tags, build: { ...given, ...(platform ? { platform } : {}) } }, call);
  const image = await findLocalImage(session.client, id, call.signal);
  if (!image) throw new ProviderError(`image ${name} was built and is gone again`, "run again");
  return image;
}

function result(image: LocalImage, inputs: PropertyMap): { id: string; outputs: PropertyMap } {
  const name = String(inputs.name);
  const id = `${image.Id}${name}`;
  const [repository] = name.includes("@") ? [name.slice(0, name.indexOf("@"))] : splitTag(name);
  const digests = image.RepoDigests ?? [];
  const repoDigest = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? "";
  return { id, outputs: { ...withoutMarks(inputs), id, imageId: image.Id, repoDigest } };
}

function withoutMarks(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));
}
