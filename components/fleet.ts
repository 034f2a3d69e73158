import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { FleetSpec, ImageSpec, ImageUse } from "../spec/index.js";
import { Agent, type AgentArgs, type AgentOutputs } from "./agents/agent.js";
import { loadRuntime, type Runtime } from "./agents/runtime.js";
import { type Edge, type EdgeArgs, type EdgeKind, type EdgeOutputs, edgeUrl, loadEdgeKind } from "./edge/edge.js";
import { loadMachineKind, type Machine, type MachineArgs, type MachineKind } from "./hosts/machine.js";
import { Image, type ImageArgs } from "./images/image.js";
import { agentNetwork } from "./networks.js";
import { type Transform, transformed } from "./transform.js";

export interface FleetArgs {
  /** What the stack config declares. */
  spec: FleetSpec;
  /** Values of the stack config's secrets by name. */
  secrets?: pulumi.Input<Record<string, string>>;
  transform?: FleetTransforms;
}

/** Adjustments of a fleet's children; each is applied to every child of that sort, whose name tells which one it is. */
export interface FleetTransforms {
  machine?: Transform<MachineArgs>;
  image?: Transform<ImageArgs>;
  network?: Transform<docker.NetworkArgs>;
  agent?: Transform<AgentArgs>;
  edge?: Transform<EdgeArgs>;
}

/** The modules that a spec needs, loaded. */
export interface FleetModules {
  machines: Record<string, MachineKind>;
  runtimes: Record<string, Runtime>;
  proxies: Record<string, EdgeKind>;
}

/** What a fleet gives as stack outputs. */
export interface FleetOutputs {
  agents: Record<string, AgentOutputs>;
  edge: Record<string, EdgeOutputs>;
}

/** A whole fleet: machines, the images on them, agents in networks of their own, and the proxies in front. */
export class Fleet extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<FleetOutputs>;
  /** Tokens of the agents that have one, by agent. */
  readonly tokens: pulumi.Output<Record<string, string>>;
  /** Children by entry; images by `<machine>-<image>`. */
  readonly nodes: {
    machines: Record<string, Machine>;
    images: Record<string, Image>;
    networks: Record<string, docker.Network>;
    agents: Record<string, Agent>;
    edge: Record<string, Edge>;
  } = { machines: {}, images: {}, networks: {}, agents: {}, edge: {} };

  /** Loads what the spec needs, and no other provider's SDK, and makes the fleet. */
  static async create(name: string, args: FleetArgs, opts?: pulumi.ComponentResourceOptions): Promise<Fleet> {
    return new Fleet(name, args, await loadModules(args.spec), opts);
  }

  constructor(name: string, args: FleetArgs, modules: FleetModules, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:Fleet", name, {}, opts);
    const { spec, transform } = args;
    const { nodes } = this;

    for (const machine of Object.values(spec.machines)) {
      const Kind = modules.machines[machine.on]!;
      nodes.machines[machine.name] = new Kind(
        ...transformed(transform?.machine, `${name}-${machine.name}`, { spec: machine }, { parent: this }),
      );
    }
    // All networks come first: agents may reach each other.
    for (const agent of Object.values(spec.agents)) {
      nodes.networks[agent.name] = agentNetwork(
        `${name}-${agent.name}`,
        {
          machine: nodes.machines[agent.machine]!,
          owner: { stack: spec.stack, entry: agent.name },
          transform: transform?.network,
        },
        { parent: this },
      );
    }
    const secrets = pulumi.secret(args.secrets ?? {});
    for (const agent of Object.values(spec.agents)) {
      const edge = agent.edge === undefined ? undefined : spec.edge[agent.edge];
      nodes.agents[agent.name] = new Agent(
        ...transformed(
          transform?.agent,
          `${name}-${agent.name}`,
          {
            stack: spec.stack,
            spec: agent,
            runtime: modules.runtimes[agent.runtime]!,
            machine: nodes.machines[agent.machine]!,
            image: this.#image(name, agent.machine, agent.image, args),
            network: nodes.networks[agent.name]!,
            reaches: agent.reaches.map((other) => nodes.networks[other]!),
            ...(edge && agent.host !== undefined && { url: edgeUrl(edge, agent.host) }),
            secrets,
          },
          { parent: this },
        ),
      );
    }
    for (const edge of Object.values(spec.edge)) {
      const Kind = modules.proxies[edge.proxy]!;
      nodes.edge[edge.name] = new Kind(
        ...transformed(
          transform?.edge,
          `${name}-${edge.name}`,
          {
            stack: spec.stack,
            spec: edge,
            machine: nodes.machines[edge.machine]!,
            image: this.#image(name, edge.machine, edge.image, args),
            routes: routesOf(spec, edge.name),
          },
          { parent: this },
        ),
      );
    }

    this.outputs = pulumi.output({
      agents: mapValues(nodes.agents, (agent) => agent.outputs),
      edge: mapValues(nodes.edge, (edge) => edge.outputs),
    }) as pulumi.Output<FleetOutputs>;
    const tokens = Object.entries(nodes.agents).filter(([, agent]) => agent.token !== undefined);
    this.tokens = pulumi.secret(Object.fromEntries(tokens.map(([agent, { token }]) => [agent, token!])));
    this.registerOutputs({ agents: this.outputs.agents, edge: this.outputs.edge });
  }

  /** The id of an image on a machine. One that several use is there once; one that nothing uses is not made. */
  #image(name: string, machine: string, use: ImageUse, { spec, transform }: FleetArgs): pulumi.Output<string> {
    const image: ImageSpec =
      "entry" in use
        ? spec.images[use.entry]!
        : { kind: "pulled", name: slug(use.reference), from: use.reference, pin: false };
    const key = `${machine}-${image.name}`;
    const { images, machines } = this.nodes;
    images[key] ??= new Image(
      ...transformed(
        transform?.image,
        `${name}-${key}`,
        { spec: image, machine: machines[machine]! },
        { parent: machines[machine]! },
      ),
    );
    return images[key].imageId;
  }
}

/** Loads the modules that a spec names. */
export async function loadModules(spec: FleetSpec): Promise<FleetModules> {
  const [machines, runtimes, proxies] = await Promise.all([
    loadAll(
      Object.values(spec.machines).map((machine) => machine.on),
      loadMachineKind,
    ),
    loadAll(
      Object.values(spec.agents).map((agent) => agent.runtime),
      loadRuntime,
    ),
    loadAll(
      Object.values(spec.edge).map((edge) => edge.proxy),
      loadEdgeKind,
    ),
  ]);
  return { machines, runtimes, proxies };
}

async function loadAll<Name extends string, T>(
  names: Name[],
  load: (name: Name) => Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all([...new Set(names)].map(async (name) => [name, await load(name)] as const)),
  );
}

function routesOf(spec: FleetSpec, edge: string): EdgeArgs["routes"] {
  return Object.values(spec.agents)
    .filter((agent) => agent.edge === edge && agent.host !== undefined && agent.port !== undefined)
    .map((agent) => ({ host: agent.host!, upstream: `127.0.0.1:${agent.port}` }));
}

/** A reference as part of a resource's name: two references never share one. */
const slug = (reference: string) => reference.replace(/[^a-z0-9]/gi, (character) => (character === "/" ? "--" : "-"));

function mapValues<T, R>(object: Record<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
