import { resolve } from "node:path";
import type { CheckFailure, CreateRequest, ReadResult, ResourceCall } from "../../../provider.js";
import { ProviderError } from "../../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, UNKNOWN } from "../../../values.js";
import { equal } from "../compare.js";
import { texts } from "../container/create-body.js";
import { GONE, type ResourceType, type Session } from "../resource.js";
import { findLocalImage } from "./api.js";
import { buildImage } from "./build.js";
import { type BuildContext, contextDigest, openContext } from "./context.js";
import { imageShape } from "./shape.js";

/**
 * docker:index/image:Image: an image built from a folder. Its id is its name; `repoDigest` is the id of the image on the host, since
 * nothing is pushed. check puts a digest of the context's content into `build.contextDigest`, so that changed files build anew.
 */
export const image: ResourceType = {
  shape: imageShape,

  async complete(inputs, folder): Promise<CheckFailure[]> {
    const build = isPropertyMap(inputs.build) ? inputs.build : {};
    if (inputs.build === UNKNOWN || build.context === UNKNOWN || build.dockerfile === UNKNOWN) return [];
    try {
      inputs.build = { ...build, contextDigest: await contextDigest(await contextOf(build, folder)) };
      return [];
    } catch (error) {
      if (error instanceof ProviderError) return [{ property: "build.context", reason: error.message }];
      throw error;
    }
  },

  unknownAfter: (oldInputs, news): PropertyMap =>
    equal(imageShape.fields.build!, oldInputs.build, news.build) ? {} : { repoDigest: UNKNOWN },

  deleteBeforeReplace: () => false,

  async create(session, request) {
    return { id: String(request.inputs.imageName), outputs: await make(session, request.inputs, request) };
  },

  async update(session, request) {
    return { outputs: await make(session, request.news, request) };
  },

  async read({ client }, { id, inputs, outputs, signal }) {
    const live = await findLocalImage(client, id, signal);
    if (!live) return GONE;
    if (Object.keys(inputs).length === 0) {
      return {
        id,
        inputs: { imageName: id, skipPush: true },
        outputs: { ...outputs, imageName: id, repoDigest: live.Id },
      };
    }
    return { id, outputs: { ...outputs, repoDigest: live.Id } };
  },

  async delete(): Promise<void> {
    // As the vendor's plugin: an image that was built stays, others may use it.
  },

  /** Building again is harmless: the daemon's cache has every finished step. */
  async recover(): Promise<ReadResult | undefined> {
    return undefined;
  },
};

function contextOf(build: PropertyMap, folder: string): Promise<BuildContext> {
  const text = (value: PropertyValue | undefined) => (typeof value === "string" && value !== "" ? value : undefined);
  // The vendor counts the Dockerfile's path from the working directory, not from the context.
  return openContext(resolve(folder, text(build.context) ?? "."), text(build.dockerfile), folder);
}

async function make(session: Session, inputs: PropertyMap, call: ResourceCall | CreateRequest): Promise<PropertyMap> {
  const name = String(inputs.imageName);
  const build = isPropertyMap(inputs.build) ? inputs.build : {};
  const context = await contextOf(build, session.folder);
  const cacheFrom = isPropertyMap(build.cacheFrom) ? texts(build.cacheFrom.images) : [];
  const options: PropertyMap = { extraHosts: texts(build.addHosts), cacheFroms: cacheFrom };
  const renamed: [string, string][] = [
    ["args", "buildArgs"],
    ["network", "networkMode"],
    ["platform", "platform"],
    ["target", "target"],
  ];
  for (const [from, to] of renamed) if (build[from] !== undefined) options[to] = build[from];
  const id = await buildImage(session, context, { tags: [name], build: options }, call);
  const registry = isPropertyMap(inputs.registry) ? inputs.registry : {};
  return {
    baseImageName: name,
    context: build.context ?? ".",
    dockerfile: build.dockerfile ?? "Dockerfile",
    imageName: name,
    platform: build.platform ?? "",
    registryServer: registry.server ?? "",
    repoDigest: id,
  };
}
