import type { local } from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Afterwards, Bundle, BundleFile, BundleVolume, Check } from "../templates/files/bundle.js";
import { type CommandArgs, makeCommand } from "./command.js";
import type { Machine } from "./hosts/machine.js";
import { dockerLabels, type Ownership, ownershipLabels } from "./labels.js";
import { nodeScript } from "./scripts.js";
import { type Transform, transformed } from "./transform.js";

export interface ConfigFilesArgs {
  machine: Machine;
  owner: Ownership;
  /** Name of the container that reads the files. */
  container: string;
  /** First word of the container's command, where the entry may have run another program before. */
  program?: string;
  /** Id of the container's image. */
  image: pulumi.Input<string>;
  /** User of the container, as Docker has it: `uid:gid`, `uid`, or a name; missing: the image's own. It owns the files. */
  user?: string;
  /** Files by path: their text. Each is readable by the user only. */
  files: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Data volumes of the container, by their names on the machine: their root folder is given to the user while it is empty. */
  data: { volume: pulumi.Input<string>; files?: pulumi.Input<Record<string, string>> }[];
  /** Asked whether the files can be read, before they are put in place. */
  check?: Check;
  /** What happens to the running container when `files` have changed. */
  afterwards: Afterwards;
  transform?: { volume?: Transform<docker.VolumeArgs>; command?: Transform<CommandArgs> };
}

/**
 * A container's files, in a volume that the container mounts read-only. A changed file is written into the volume, so that the
 * program reloads it or is restarted; the container is never replaced for it. Files travel by standard input: secrets in
 * them stand in no process list, and encrypted in the state. The container must depend on this component, so that the files
 * are there when it starts.
 */
export class ConfigFiles extends pulumi.ComponentResource {
  /** Name of the volume, `<stack>-<entry>-config`. */
  readonly volumeName: pulumi.Output<string>;
  readonly nodes: { volume: docker.Volume; command: local.Command };

  constructor(name: string, args: ConfigFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:files:ConfigFiles", name, {}, opts);
    const { machine, owner, transform } = args;
    const labels = ownershipLabels(owner);
    const volume = new docker.Volume(
      ...transformed(
        transform?.volume,
        `${name}-volume`,
        { name: `${owner.stack}-${owner.entry}-config`, labels: dockerLabels(labels) },
        { parent: this, ...machine.docker.opts, ignoreChanges: ["labels", "driver", "driverOpts"] },
      ),
    );

    const bundle = pulumi
      .all([
        volume.name,
        args.image,
        pulumi.output(args.files),
        pulumi.all(args.data.map((data) => pulumi.output(data))),
      ])
      .apply(([config, image, files, data]): Bundle => {
        const volumes: BundleVolume[] = [
          { name: config, owner: args.user, policy: "mirror", files: privateFiles(files) },
          ...data.map(
            (data): BundleVolume => ({
              name: data.volume,
              owner: args.user,
              policy: "offer",
              files: privateFiles(data.files ?? {}),
            }),
          ),
        ];
        const { container, program, check, afterwards } = args;
        return { container, program, image, labels, volumes, check, afterwards };
      });

    const command = makeCommand(
      transform?.command,
      `${name}-delivery`,
      {
        create: nodeScript("files/put.mjs"),
        environment: machine.docker.environment,
        stdin: bundle.apply((bundle) => JSON.stringify(bundle)),
      },
      { parent: this },
    );

    this.nodes = { volume, command };
    this.volumeName = volume.name;
    this.registerOutputs({ volumeName: this.volumeName });
  }
}

function privateFiles(files: Record<string, string>): Record<string, BundleFile> {
  const paths = Object.keys(files).sort();
  return Object.fromEntries(paths.map((path) => [path, { text: files[path]!, mode: "0600" }]));
}
