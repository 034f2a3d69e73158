import type * as pulumi from "@pulumi/pulumi";
import type { FleetSpec, ImageSpec, ImageUse } from "../../spec/index.js";
import type { Machine } from "../hosts/machine.js";
import type { SharedStack } from "../shared.js";
import { type Transform, transformed } from "../transform.js";
import { Image, type ImageArgs } from "./image.js";

export interface ImagesArgs {
  spec: FleetSpec;
  machines: Record<string, Machine>;
  /** The stacks of `fleet:shared`. */
  shared: Record<string, SharedStack>;
  transform?: Transform<ImageArgs>;
}

/** The images of a fleet on its machines. One that several use is made once; one that nothing uses is not made. */
export class Images {
  /** By `<machine>-<image>`. */
  readonly nodes: Record<string, Image> = {};
  /** Ids by machine and by entry of `fleet:images`: what other stacks may share. */
  readonly ids: Record<string, Record<string, pulumi.Output<string>>> = {};

  constructor(
    private readonly name: string,
    private readonly args: ImagesArgs,
  ) {
    for (const image of Object.values(args.spec.images)) {
      if (image.machine !== undefined) this.idOf(image.machine, { entry: image.name });
    }
  }

  /** The id of an image on a machine. */
  idOf(machine: string, use: ImageUse): pulumi.Output<string> {
    if ("reference" in use) {
      return this.#node(machine, { name: slug(use.reference), kind: "pulled", from: use.reference, pin: false })
        .imageId;
    }
    const image = this.args.spec.images[use.entry]!;
    if (image.kind === "shared") {
      const there = this.args.spec.machines[machine]!;
      const name = there.on === "shared" ? (there.machine ?? there.name) : there.name;
      return this.args.shared[image.shared]!.imageId(name, image.name);
    }
    const id = this.#node(machine, image).imageId;
    this.ids[machine] = { ...this.ids[machine], [image.name]: id };
    return id;
  }

  #node(machine: string, spec: Exclude<ImageSpec, { kind: "shared" }>): Image {
    const key = `${machine}-${spec.name}`;
    const parent = this.args.machines[machine]!;
    const base = spec.kind === "dockerfile" && spec.base !== undefined ? this.#base(machine, spec.base) : undefined;
    this.nodes[key] ??= new Image(
      ...transformed(this.args.transform, `${this.name}-${key}`, { spec, machine: parent, base }, { parent }),
    );
    return this.nodes[key];
  }

  #base(machine: string, name: string): Image {
    const spec = this.args.spec.images[name]!;
    if (spec.kind === "shared") throw new Error(`${name} is no image to begin another from`);
    return this.#node(machine, spec);
  }
}

/** A reference as part of a resource's name: two references never share one. */
const slug = (reference: string) => reference.replace(/[^a-z0-9]/gi, (character) => (character === "/" ? "--" : "-"));
