import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../hosts/machine.js";
import { DATA_LABEL, dockerLabels, type Ownership, ownershipLabels, VOLUME_LABEL } from "../labels.js";
import { type Transform, transformed } from "../transform.js";

export interface DataVolumeArgs {
  machine: Machine;
  owner: Ownership;
  /** The volume's name in the stack config. */
  volume: string;
  /** Its name on the machine. */
  dockerName: string;
  /** It was there before the fleet, and so carries no labels of ours; Docker cannot give it any. Default: false. */
  existing?: boolean;
  /** Deletes the data with the volume's resource. Default: false, the data stays and is found again by name. */
  deleteData?: boolean;
  transform?: { volume?: Transform<docker.VolumeArgs> };
}

/**
 * A Docker volume with an agent's data. It outlives its agent: removing the resource leaves the volume, and a resource of
 * the same name takes it up again. Changes that could only be made by a new, empty volume are ignored.
 */
export class DataVolume extends pulumi.ComponentResource {
  /** The volume's name on the machine. */
  readonly volumeName: pulumi.Output<string>;
  readonly nodes: { volume: docker.Volume };

  constructor(name: string, args: DataVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:data:DataVolume", name, {}, opts);
    const { owner, volume, machine } = args;
    const labels = { ...ownershipLabels(owner), [VOLUME_LABEL]: volume, [DATA_LABEL]: "true" };
    this.nodes = {
      volume: new docker.Volume(
        ...transformed(
          args.transform?.volume,
          `${name}-volume`,
          { name: args.dockerName, ...(!args.existing && { labels: dockerLabels(labels) }) },
          {
            parent: this,
            ...machine.docker.opts,
            retainOnDelete: !args.deleteData,
            // Taken up as it is, and missed where it is not there: a new one in its place would be empty.
            ...(args.existing && { import: args.dockerName }),
            // Each of these replaces the volume, and so would lose the data.
            ignoreChanges: ["labels", "driver", "driverOpts"],
          },
        ),
      ),
    };
    this.volumeName = this.nodes.volume.name;
    this.registerOutputs({ volumeName: this.volumeName });
  }
}
