import type { ResourceState, Snapshot } from "../../engine/state/types.js";
import { operate, type Target } from "../operation.js";

const IMAGE = "docker:index/remoteImage:RemoteImage";
/** Every resource of every image of a stack: its build, and the image itself. */
const ALL_IMAGES = "**$fleet:images:Image$**";

/**
 * Brings the stack's images to what patched agents are to run. Those that are made of packages or pulled become what the stack file
 * says. Those that are built from a folder are built with `build` only, if the folder has changed; otherwise what bears their
 * tag on the machine now is taken, whoever built it. Gives the errors; none if it went well.
 */
export async function prepareImages(target: Target, snapshot: Snapshot, build: boolean): Promise<string[]> {
  const images = snapshot.resources.filter(({ type }) => type === IMAGE);
  const fromFolders = images.filter(({ inputs }) => inputs.build !== undefined);
  const others = images.filter((image) => !fromFolders.includes(image));
  const seen = await run(
    target,
    "refresh",
    images.map(({ urn }) => urn),
  );
  if (seen.length > 0) return seen;
  return run(target, "update", build ? [ALL_IMAGES] : others.flatMap((image) => withBuild(image, snapshot)));
}

/** An image with the command that makes it. */
const withBuild = (image: ResourceState, { resources }: Snapshot): string[] =>
  resources.filter(({ parent }) => parent === image.parent).map(({ urn }) => urn);

async function run(target: Target, kind: "refresh" | "update", targets: string[]): Promise<string[]> {
  if (targets.length === 0) return [];
  const options = { ...target.options, target: targets };
  const { outcome, errors } = await operate(kind, false, { ...target, options }, { silent: true });
  return outcome === "succeeded" ? [] : errors.length > 0 ? errors : [outcome];
}
