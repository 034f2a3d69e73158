import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { AgentSpec } from "../../spec/index.js";
import type { Machine } from "../hosts/machine.js";
import type { Secrets } from "../secrets.js";
import type { AgentTransforms, DeployedAgent, Runtime } from "./runtime.js";

export interface AgentArgs {
  /** Stack name: begins the names of everything on the machine. */
  stack: string;
  spec: AgentSpec;
  /** What the agent runs in: `await loadRuntime(spec.runtime)`. */
  runtime: Runtime;
  machine: Machine;
  /** Id of the image on the machine, `sha256:…`; never a tag, which would not show that the image changed. */
  image: pulumi.Input<string>;
  /** The agent's own network; undefined for one that lives in a network with others. */
  network?: docker.Network;
  /** Networks of the agents and services that this one reaches. */
  reaches?: docker.Network[];
  /** Names of other networks that it joins. */
  joins?: pulumi.Input<string>[];
  /** Labels of the container besides those of ownership. */
  labels?: Record<string, string>;
  /** URL by which an edge serves the agent. */
  url?: string;
  /** Values for the spec's `{ secret: name }`. */
  secrets?: pulumi.Input<Record<string, string>>;
  transform?: AgentTransforms;
}

/** What is said of an agent outside: the stack output `agents.<name>`. */
export interface AgentOutputs {
  runtime: string;
  /** The entry in `fleet:machines`. */
  machine: string;
  container: string;
  /** URL on the machine's loopback address. */
  address: string | null;
  /** URL by which the edge serves the agent. */
  url: string | null;
  /** Docker volumes by their names in the stack config. */
  volumes: Record<string, string>;
  /** The image's id. */
  image: string;
}

/** One agent with everything that is its own. What that is depends on its runtime. */
export class Agent extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<AgentOutputs>;
  /** What clients must show; undefined for an agent that asks for nothing. */
  readonly token: pulumi.Output<string> | undefined;
  /** Every child by a short name: `container`, `limits`, `files`, `stateVolume`, `token`, … */
  readonly nodes: DeployedAgent["nodes"];

  constructor(name: string, args: AgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:agents:Agent", name, {}, opts);
    const { spec, machine, url } = args;
    const secrets: Secrets = pulumi.secret(args.secrets ?? {});
    const image = pulumi.output(args.image);
    const deployed = args.runtime({
      parent: this,
      name,
      spec,
      owner: { stack: args.stack, entry: spec.name },
      machine,
      image,
      network: args.network,
      reaches: args.reaches ?? [],
      joins: args.joins ?? [],
      labels: args.labels ?? {},
      url,
      secrets,
      transform: args.transform ?? {},
    });

    this.nodes = deployed.nodes;
    this.token = deployed.token && pulumi.secret(deployed.token);
    this.outputs = pulumi
      .all([deployed.container, pulumi.output(deployed.address), pulumi.all(deployed.volumes), image])
      .apply(([container, address, volumes, image]) => ({
        runtime: spec.runtime,
        machine: machine.entry,
        container,
        address: address ?? null,
        url: url ?? null,
        volumes,
        image,
      }));
    this.registerOutputs({ outputs: this.outputs });
  }
}
