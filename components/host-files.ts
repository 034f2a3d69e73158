import type { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { HostBundle, HostFile } from "../templates/hosts/bundle.js";
import { type CommandArgs, makeCommand } from "./command.js";
import { onHost } from "./hosts/host.js";
import type { Machine } from "./hosts/machine.js";
import type { Ownership } from "./labels.js";
import { nodeScript } from "./scripts.js";
import type { Transform } from "./transform.js";

export interface HostFilesArgs {
  machine: Pick<Machine, "entry" | "host">;
  owner: Ownership;
  /** Folders and files, by absolute path. */
  files: pulumi.Input<Record<string, pulumi.Input<HostFile>>>;
  /** Commands of the host's shell, run as root when something has changed, in this order. */
  afterwards?: pulumi.Input<string[]>;
  /** Commands run as root before anything is put in place; one that fails keeps everything as it was. See {@link HostBundle}. */
  checks?: pulumi.Input<HostBundle["checks"]>;
  /** What else the host is to be like: see {@link HostBundle}. */
  probes?: HostBundle["probes"];
  /** Commands run as root when the entry goes, behind the removal of its own files. */
  whenRemoved?: HostBundle["whenRemoved"];
  transform?: Transform<CommandArgs>;
}

/**
 * Files on the host itself. They travel by ssh, on standard input: secrets in them stand in no process list, and encrypted in the
 * state. What depends on the files must depend on this component.
 */
export class HostFiles extends pulumi.ComponentResource {
  readonly nodes: { delivery: local.Command };

  constructor(name: string, args: HostFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:HostFiles", name, {}, opts);
    const { machine, owner, files, afterwards = [], checks = [], probes, whenRemoved } = args;
    if (!machine.host) throw new pulumi.RunError(`machine ${machine.entry} has no host that files can be put on`);
    const rest = { ...(probes && { probes }), ...(whenRemoved && { whenRemoved }) };
    const bundle = pulumi
      .all([pulumi.output(files), pulumi.output(checks), pulumi.output(afterwards)])
      .apply(([files, checks, afterwards]): HostBundle => ({ owner, files, checks, afterwards, ...rest }));
    this.nodes = {
      delivery: makeCommand(
        args.transform,
        `${name}-delivery`,
        {
          create: nodeScript("hosts/put.mjs"),
          delete: `${nodeScript("hosts/put.mjs")} --remove`,
          environment: machine.host.environment,
          stdin: bundle.apply((bundle) => JSON.stringify(bundle)),
        },
        onHost(machine.host, { parent: this }),
      ),
    };
    this.registerOutputs({});
  }
}
