import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerfileImageSpec, ImageSpec, PackagesImageSpec } from "../../spec/index.js";
import { imageTag } from "../../templates/images/hash.js";
import { type CommandArgs, makeCommand } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import { nodeScript } from "../scripts.js";
import type { Transform } from "../transform.js";
import { transformed } from "../transform.js";
import { contextHash } from "./context.js";

export interface ImageArgs {
  /** The image, from `fleet:images` or made of a reference. Its kind decides which children there are. */
  spec: ImageSpec;
  /** The machine whose Docker holds the image. */
  machine: Machine;
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
        { parent: this, ...args.machine.docker.opts, dependsOn: made?.command },
      ),
    );
    this.nodes = { ...(made && { build: made.command }), image };
    this.imageId = image.imageId;
    this.registerOutputs({ imageId: this.imageId });
  }

  /** Makes the image on the machine, unless it is there. */
  #build(name: string, spec: PackagesImageSpec, { machine, transform }: ImageArgs) {
    const { name: imageName, kind: _, ...build } = spec;
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

  #source({ spec, machine }: ImageArgs, tag: string | undefined): docker.RemoteImageArgs {
    if (spec.kind === "packages") return { name: tag!, triggers: { content: tag! } };
    if (spec.kind === "dockerfile") return dockerfileBuild(spec);
    if (!spec.pin || spec.from.includes("@")) return { name: spec.from };
    const { sha256Digest } = docker.getRegistryImageOutput(
      { name: spec.from },
      { parent: this, ...machine.docker.opts },
    );
    return { name: pulumi.interpolate`${repository(spec.from)}@${sha256Digest}` };
  }
}

function dockerfileBuild(spec: DockerfileImageSpec): docker.RemoteImageArgs {
  const content = contextHash(spec);
  return {
    name: `fleet.local/${spec.name}:${content.slice(0, 16)}`,
    build: {
      context: spec.context,
      dockerfile: spec.dockerfile,
      buildArgs: spec.args,
      ...(spec.target !== undefined && { target: spec.target }),
    },
    triggers: { content },
  };
}

/** A reference without its tag: `registry:5000/acme/agent:1.2` gives `registry:5000/acme/agent`. */
const repository = (reference: string) => reference.replace(/:[^/:]+$/, "");
