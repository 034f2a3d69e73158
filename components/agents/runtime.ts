import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type * as random from "@pulumi/random";
import type { AgentSpec } from "../../spec/index.js";
import type { CommandArgs } from "../command.js";
import type { Machine } from "../hosts/machine.js";
import type { Ownership } from "../labels.js";
import { loadKind } from "../modules.js";
import type { Secrets } from "../secrets.js";
import type { Transform } from "../transform.js";

/** Adjustments of an agent's children. Those that its runtime does not have are without effect. */
export interface AgentTransforms {
  container?: Transform<docker.ContainerArgs>;
  /** The command that limits processes and threads. */
  limits?: Transform<CommandArgs>;
  /** The volume with the agent's configuration. */
  configVolume?: Transform<docker.VolumeArgs>;
  /** The command that delivers the agent's files. */
  delivery?: Transform<CommandArgs>;
  /** What the gateway's token is made by. */
  token?: Transform<random.RandomPasswordArgs>;
  /** Every data volume. */
  volume?: Transform<docker.VolumeArgs>;
}

/** What a runtime is given to make an agent of. */
export interface AgentContext<Spec extends AgentSpec = AgentSpec> {
  /** The agent's component, parent of all that is made. */
  parent: pulumi.ComponentResource;
  /** Begins the names of all that is made. */
  name: string;
  spec: Spec;
  owner: Ownership;
  machine: Machine;
  /** Id of the agent's image on its machine. */
  image: pulumi.Output<string>;
  /** The agent's own network; undefined for one that lives in a network with others. */
  network: docker.Network | undefined;
  /** Networks of the agents and services that this one reaches. */
  reaches: docker.Network[];
  /** Names of networks that are not only the fleet's agents': the edge's, or one that was there before. */
  joins: pulumi.Input<string>[];
  /** Labels of the container besides those of ownership: what an edge finds it by. */
  labels: Record<string, string>;
  /** URL by which the edge serves the agent; undefined if none does. */
  url: string | undefined;
  secrets: Secrets;
  transform: AgentTransforms;
}

/** What a runtime made. */
export interface DeployedAgent {
  /** Name of the container on the machine. */
  container: pulumi.Output<string>;
  /** URL on the machine's loopback address; undefined for an agent that listens on nothing. */
  address: pulumi.Output<string> | undefined;
  /** Names on the machine by the volumes' names in the stack config. */
  volumes: Record<string, pulumi.Output<string>>;
  /** What clients of the agent must show; undefined if it asks for nothing. */
  token?: pulumi.Output<string>;
  /** Every child by a short name. */
  nodes: Record<string, pulumi.Resource>;
}

/** A way to run an agent. One is a module of `runtimes/` that has it as its default export. */
export type Runtime<Spec extends AgentSpec = AgentSpec> = (context: AgentContext<Spec>) => DeployedAgent;

/** The runtime of that name. */
export const loadRuntime = (name: AgentSpec["runtime"]) => loadKind<Runtime>(import.meta.url, "runtimes", name);
