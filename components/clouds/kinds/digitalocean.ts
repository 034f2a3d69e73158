import * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import type { SharedCloud } from "../../../spec/index.js";
import { transformed } from "../../transform.js";
import type { Cloud, CloudArgs } from "../cloud.js";

/** Characters that a tag has beside letters and digits: `_`, `-` and `:`. A stack's name may have dots. */
export const tagOf = (text: string) => text.replace(/[^A-Za-z0-9_:-]/g, "-");

/**
 * A region of DigitalOcean with a VPC, a project and the keys of those who administrate its machines. Of another stack, nothing is
 * made: that one's outputs tell what there is.
 *
 * Tags are made by DigitalOcean with the first machine that has one: as resources, one stack's end would take them off the
 * machines of all.
 */
export default class DigitalOceanCloud extends pulumi.ComponentResource implements Cloud {
  readonly entry: string;
  readonly tags: string[];
  readonly hasProject: boolean | undefined;
  readonly shareable: pulumi.Output<SharedCloud>;
  readonly nodes: {
    vpc?: digitalocean.Vpc;
    project?: digitalocean.Project;
    sshKeys: Record<string, digitalocean.SshKey>;
  };

  constructor(name: string, args: CloudArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:clouds:DigitalOceanCloud", name, {}, opts);
    const { spec, stack, shared } = args;
    this.entry = spec.name;
    this.tags = ["fleet", `fleet-${tagOf(stack)}`, ...spec.tags];
    this.hasProject = spec.shared === undefined ? spec.project !== undefined : undefined;
    this.nodes = { sshKeys: {} };
    this.shareable =
      spec.shared === undefined ? this.#make(name, args) : shared[spec.shared]!.cloud(spec.cloud ?? spec.name);
    this.registerOutputs({ region: this.shareable.region });
  }

  #make(name: string, args: CloudArgs): pulumi.Output<SharedCloud> {
    const { spec, stack, transform } = args;
    const region = spec.region!;
    const make = <Args extends object>(child: string, own: Args) =>
      transformed<Args>(transform, `${name}-${child}`, own, { parent: this });
    if (spec.vpc) {
      const { name: vpcName = `${stack}-${spec.name}`, cidr } = spec.vpc;
      this.nodes.vpc = new digitalocean.Vpc(
        ...make("vpc", { name: vpcName, region, ...(cidr !== undefined && { ipRange: cidr }) }),
      );
    }
    if (spec.project) {
      const { name: title, purpose, environment } = spec.project;
      this.nodes.project = new digitalocean.Project(
        ...make("project", { name: title, purpose, ...(environment !== undefined && { environment }) }),
      );
    }
    for (const [key, publicKey] of Object.entries(spec.sshKeys)) {
      // The name can be changed in place, so two stacks' keys of one name are told apart by it.
      this.nodes.sshKeys[key] = new digitalocean.SshKey(...make(`key-${key}`, { name: `${stack}-${key}`, publicKey }));
    }
    return pulumi.output({
      provider: "digitalocean" as const,
      region,
      vpcId: this.nodes.vpc?.id ?? "",
      vpcCidr: this.nodes.vpc?.ipRange ?? "",
      projectId: this.nodes.project?.id ?? "",
      sshKeyIds: Object.values(this.nodes.sshKeys).map(({ id }) => id),
      sshKeys: spec.sshKeys,
    });
  }
}
