import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerfileImageSpec, PackagesImageSpec, PulledImageSpec } from "../../spec/index.js";
import { imageTag } from "../../templates/images/hash.js";
import { type CommandArgs, makeCommand } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import { nodeScript } from "../scripts.js";
import type { Transform } from "../transform.js";
import { transformed } from "../transform.js";
import { contextHash } from "./context.js";

export interface ImageArgs {
  /** The image, from `fleet:images` or made of a reference. Its kind decides which children there are. */
  spec: DockerfileImageSpec | PackagesImageSpec | PulledImageSpec;
  /** The machine whose Docker holds the image. */
  machine: Machine;
  /** The image that a Dockerfile begins from, on the same machine. */
  base?: Image;
  transform?: {
    /** The build from packages. */
    build?: Transform<CommandArgs>;
    image?: Transform<docker.RemoteImageArgs>;
  };
}

/**
 * An image on a machine, by what it is made of. What uses it compares `imageId`: a tag that moved, or a build that came out the
 * same, says nothing. Images are left on the machine when they are no longer used, for the next container that needs them.
 */
export class Image extends pulumi.ComponentResource {
  /** The image's id, `sha256:…`. */
  readonly imageId: pulumi.Output<string>;
  /** A reference to it on the machine: a tag, or what it was pulled by. */
  readonly reference: pulumi.Output<string>;
  readonly nodes: { build?: pulumi.CustomResource; image: docker.RemoteImage };

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:images:Image", name, {}, opts);
    const { spec } = args;
    const made = spec.kind === "packages" ? this.#build(name, spec, args) : undefined;
    const image = new docker.RemoteImage(
      ...transformed(
        args.transform?.image,
        `${name}-image`,
        { ...this.#source(args, made?.tag), keepLocally: true },
        {
          parent: this,
          ...args.machine.docker.opts,
          dependsOn: [...(made ? [made.command] : []), ...(args.base ? [args.base] : [])],
        },
      ),
    );
    this.nodes = { ...(made && { build: made.command }), image };
    this.imageId = image.imageId;
    this.reference = image.name;
    this.registerOutputs({ imageId: this.imageId });
  }

  /** Makes the image on the machine, unless it is there. */
  #build(name: string, spec: PackagesImageSpec, { machine, transform }: ImageArgs) {
    const { name: imageName, debian, node, npm } = spec;
    const build = { debian, node, npm };
    const tag = imageTag(imageName, build);
    const command = makeCommand(
      transform?.build,
      `${name}-build`,
      {
        create: nodeScript("images/build.mjs"),
        environment: {
          ...machine.docker.environment,
          FLEET_IMAGE: JSON.stringify({ name: imageName, build }),
          FLEET_IMAGE_TAG: tag,
        },
      },
      { parent: this },
    );
    return { tag, command };
  }

  #source({ spec, machine, base }: ImageArgs, tag: string | undefined): docker.RemoteImageArgs {
    if (spec.kind === "packages") return { name: tag!, triggers: { content: tag! } };
    if (spec.kind === "dockerfile") return dockerfileBuild(spec, base);
    if (!spec.pin || spec.from.includes("@")) return { name: spec.from };
    const { sha256Digest } = docker.getRegistryImageOutput(
      { name: spec.from },
      { parent: this, ...machine.docker.opts },
    );
    return { name: pulumi.interpolate`${repository(spec.from)}@${sha256Digest}` };
  }
}

/** Build argument with the image that a Dockerfile begins from. */
const BASE_ARGUMENT = "BASE";

function dockerfileBuild(spec: DockerfileImageSpec, base: Image | undefined): docker.RemoteImageArgs {
  const content = contextHash(spec);
  return {
    name: spec.tag ?? `fleet.local/${spec.name}:${content.slice(0, 16)}`,
    build: {
      context: spec.context,
      dockerfile: spec.dockerfile,
      buildArgs: { ...(base && { [BASE_ARGUMENT]: base.reference }), ...spec.args },
      ...(spec.target !== undefined && { target: spec.target }),
    },
    // The tag may stay the same while what it is made of changes.
    triggers: { content, ...(base && { base: base.reference }) },
  };
}

/** A reference without its tag: `registry:5000/acme/agent:1.2` gives `registry:5000/acme/agent`. */
const repository = (reference: string) => reference.replace(/:[^/:]+$/, "");
