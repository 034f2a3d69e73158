import type { local } from "@pulumi/command";
import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import { type DropletSpec, volumeName } from "../../../spec/index.js";
import { makeCommand } from "../../command.js";
import { nodeScript } from "../../scripts.js";
import { type Transform, transformed } from "../../transform.js";

/** What a volume was made with. A change of it would make a new, empty one. */
const MADE_WITH = ["name", "region", "description", "initialFilesystemType", "initialFilesystemLabel", "snapshotId"];

export interface DropletVolumeArgs {
  stack: string;
  machine: string;
  /** Name of the volume in the machine's entry. */
  volume: string;
  spec: DropletSpec["volumes"][string];
  region: pulumi.Input<string>;
  tags: string[];
  transform?: Transform<object>;
}

/** A volume, which outlives the droplet, and its own resource: taken out of the stack file, it is kept with what is on it. */
export function makeVolume(
  name: string,
  { stack, machine, volume, spec, region, tags, transform }: DropletVolumeArgs,
  parent: pulumi.Resource,
): digitalocean.Volume {
  return new digitalocean.Volume(
    ...transformed<digitalocean.VolumeArgs>(
      transform,
      `${name}-${volume}-volume`,
      {
        name: spec.name ?? volumeName(stack, machine, volume),
        region,
        size: spec.size.bytes / 2 ** 30,
        initialFilesystemType: "ext4",
        tags,
      },
      {
        parent,
        retainOnDelete: true,
        ignoreChanges: MADE_WITH,
        ...(spec.id !== undefined && { import: spec.id }),
      },
    ),
  );
}

export interface MountArgs {
  volume: string;
  path: string;
  of: digitalocean.Volume;
  droplet: digitalocean.Droplet;
  /** `FLEET_HOST` and `FLEET_SSH_OPTIONS`. */
  environment: Record<string, pulumi.Input<string>>;
  knownHosts: pulumi.Input<string[]>;
  /** What has to be through before the volume comes to this droplet: from another one, it goes then. */
  dependsOn: pulumi.Resource[];
  transform?: Transform<object>;
}

/**
 * Attaches a volume to a droplet and mounts it there. When the droplet is replaced, both go before they come again: unmounted on the
 * old one, detached, attached to the new one, mounted. Nothing of it is `deletedWith` the droplet, since a file system that goes while
 * it is written to may be damaged; a host that does not answer any more is given up after a while.
 */
export function mountVolume(
  name: string,
  { volume, path, of, droplet, environment, knownHosts, dependsOn, transform }: MountArgs,
  parent: pulumi.Resource,
): { attachment: digitalocean.VolumeAttachment; mount: local.Command } {
  const attachment = new digitalocean.VolumeAttachment(
    ...transformed<digitalocean.VolumeAttachmentArgs>(
      transform,
      `${name}-${volume}-attachment`,
      { dropletId: droplet.id.apply(Number), volumeId: of.id },
      // A volume is attached to one droplet at a time.
      { parent, dependsOn, deleteBeforeReplace: true, replaceWith: [droplet] },
    ),
  );
  const mount = makeCommand(
    undefined,
    `${name}-${volume}-mount`,
    {
      create: nodeScript("hosts/mount.mjs"),
      delete: nodeScript("hosts/unmount.mjs"),
      environment: {
        ...environment,
        // The old host is left by its own key, when there is a new one under its name already.
        FLEET_KNOWN_HOSTS: pulumi.jsonStringify(knownHosts),
        FLEET_MOUNT: pulumi.jsonStringify({ volume: of.name, path, gib: of.size }),
      },
      // A droplet that was replaced in a run that came no further, or by hand, has nothing mounted.
      triggers: [droplet.id, path],
    },
    { parent, dependsOn: [attachment], deleteBeforeReplace: true, replaceWith: [droplet, attachment] },
  );
  return { attachment, mount };
}
