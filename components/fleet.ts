import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  type AgentSpec,
  backedUp,
  type DnsSpec,
  hasServiceNetwork,
  hostsInZone,
  isExternal,
  type ServiceSpec,
  servedHosts,
} from "../spec/index.js";
import { Agent } from "./agents/agent.js";
import { Backup } from "./backups/backup.js";
import type { Cloud } from "./clouds/cloud.js";
import { type Zone, zoneRecords } from "./dns/zone.js";
import { type Edge, edgeLabels, edgeUrl } from "./edge/edge.js";
import type { FleetArgs, FleetOutputs } from "./fleet-args.js";
import { type FleetModules, loadModules } from "./fleet-modules.js";
import type { Machine } from "./hosts/machine.js";
import type { Image } from "./images/image.js";
import { Images } from "./images/images.js";
import { entryNetwork } from "./networks.js";
import type { Secrets } from "./secrets.js";
import type { Service } from "./services/service.js";
import { SharedStack } from "./shared.js";
import { transformed } from "./transform.js";

/** A whole fleet: machines, the images on them, agents in networks of their own, and the proxies in front. */
export class Fleet extends pulumi.ComponentResource {
  readonly outputs: pulumi.Output<FleetOutputs>;
  /** Tokens of the agents that have one, by agent. */
  readonly tokens: pulumi.Output<Record<string, string>>;
  /** Children by entry; images by `<machine>-<image>`. */
  readonly nodes: {
    clouds: Record<string, Cloud>;
    machines: Record<string, Machine>;
    images: Record<string, Image>;
    networks: Record<string, docker.Network>;
    agents: Record<string, Agent>;
    edge: Record<string, Edge>;
    services: Record<string, Service>;
    dns: Record<string, Zone>;
    backups: Record<string, Backup>;
  };

  readonly #args: FleetArgs;
  readonly #images: Images;
  readonly #shared: Record<string, SharedStack>;
  readonly #secrets: Secrets;

  /** Loads what the spec needs, and no other provider's SDK, and makes the fleet. */
  static async create(name: string, args: FleetArgs, opts?: pulumi.ComponentResourceOptions): Promise<Fleet> {
    return new Fleet(name, args, await loadModules(args.spec), opts);
  }

  constructor(name: string, args: FleetArgs, modules: FleetModules, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:index:Fleet", name, {}, opts);
    const { spec, transform } = args;
    this.#args = args;
    this.#secrets = pulumi.secret(args.secrets ?? {});

    this.#shared = mapValues(
      spec.shared,
      (other) => new SharedStack(`${name}-${other.name}-stack`, other, { parent: this }),
    );
    const clouds = mapValues(
      spec.clouds,
      (cloud) =>
        new modules.clouds[cloud.provider]!(
          ...transformed(
            transform?.cloud,
            `${name}-${cloud.name}`,
            { spec: cloud, stack: spec.stack, shared: this.#shared },
            { parent: this },
          ),
        ),
    );
    const machines = mapValues(
      spec.machines,
      (machine) =>
        new modules.machines[machine.on]!(
          ...transformed(
            transform?.machine,
            `${name}-${machine.name}`,
            { spec: machine, stack: spec.stack, secrets: this.#secrets, shared: this.#shared, clouds },
            { parent: this },
          ),
        ),
    );
    this.#images = new Images(name, { spec, machines, shared: this.#shared, transform: transform?.image });
    this.nodes = {
      clouds,
      machines,
      images: this.#images.nodes,
      networks: {},
      agents: {},
      edge: {},
      services: {},
      dns: {},
      backups: {},
    };

    this.#makeNetworks(name);
    for (const service of inOrder(Object.values(spec.services))) this.#makeService(name, service.name, modules);
    for (const agent of Object.values(spec.agents)) this.#makeAgent(name, agent, modules);
    for (const edge of Object.values(spec.edge)) this.#makeEdge(name, edge.name, modules);
    for (const zone of Object.values(spec.dns)) this.#makeZone(name, zone, modules);
    for (const backup of Object.keys(spec.backups)) this.#makeBackup(name, backup);

    const { nodes } = this;
    this.outputs = pulumi.output({
      agents: mapValues(nodes.agents, (agent) => agent.outputs),
      edge: mapValues(nodes.edge, (edge) => edge.outputs),
      services: mapValues(nodes.services, (service) => service.outputs),
      images: this.#images.ids,
      machines: mapValues(nodes.machines, (machine) => machine.shareable),
      clouds: mapValues(nodes.clouds, (cloud) => cloud.shareable),
      dns: mapValues(nodes.dns, (zone) => zone.shareable),
    }) as pulumi.Output<FleetOutputs>;
    const tokens = Object.entries(nodes.agents).filter(([, agent]) => agent.token !== undefined);
    this.tokens = pulumi.secret(Object.fromEntries(tokens.map(([agent, { token }]) => [agent, token!])));
    this.registerOutputs({ agents: this.outputs.agents, edge: this.outputs.edge });
  }

  /** All networks come first: agents may reach each other. */
  #makeNetworks(name: string): void {
    const { spec, transform } = this.#args;
    const make = (entry: string, machine: string, network?: string) => {
      this.nodes.networks[entry] = entryNetwork(
        `${name}-${entry}`,
        {
          machine: this.nodes.machines[machine]!,
          owner: { stack: spec.stack, entry },
          network,
          transform: transform?.network,
        },
        { parent: this },
      );
    };
    for (const agent of Object.values(spec.agents)) if (agent.ownNetwork) make(agent.name, agent.machine);
    for (const { kind, name, machine } of Object.values(spec.services))
      if (hasServiceNetwork(kind)) make(name, machine);
    for (const edge of Object.values(spec.edge)) {
      if (edge.proxy === "traefik" && !edge.external) make(edge.name, edge.machine, edge.network);
    }
  }

  #makeService(name: string, entry: string, modules: FleetModules): void {
    const { spec, transform } = this.#args;
    const service = spec.services[entry]!;
    const edge = service.edge === undefined ? undefined : spec.edge[service.edge];
    const served = service.kind === "crm-sync" ? spec.services[service.crm] : undefined;
    const args = {
      stack: spec.stack,
      spec: service,
      machine: this.nodes.machines[service.machine]!,
      imageOf: (use: Parameters<Images["idOf"]>[1]) => this.#images.idOf(service.machine, use),
      network: this.nodes.networks[served?.name ?? entry]!,
      shared: this.#shared,
      ...(served && { served }),
      ...(edge && service.host !== undefined && { url: edgeUrl(edge, service.host) }),
      secrets: this.#secrets,
    };
    this.nodes.services[entry] = new modules.services[service.kind]!(
      ...transformed(transform?.service, `${name}-${entry}`, args, {
        parent: this,
        ...(served && { dependsOn: this.nodes.services[served.name] }),
      }),
    );
  }

  #makeAgent(name: string, agent: AgentSpec, modules: FleetModules): void {
    const { spec, transform } = this.#args;
    const { machines, networks } = this.nodes;
    const edge = agent.edge === undefined ? undefined : spec.edge[agent.edge];
    // Made in any case: the next try of a held agent is to find it.
    const image = this.#images.idOf(agent.machine, agent.image);
    this.nodes.agents[agent.name] = new Agent(
      ...transformed(
        transform?.agent,
        `${name}-${agent.name}`,
        {
          stack: spec.stack,
          spec: agent,
          runtime: modules.runtimes[agent.runtime]!,
          machine: machines[agent.machine]!,
          image: agent.held ?? image,
          network: networks[agent.name],
          // A service in the machine's own network has none to join.
          reaches: [...agent.reaches, ...agent.services].flatMap((other) => networks[other] ?? []),
          joins: this.#joined(agent),
          ...(edge && agent.host !== undefined && { url: edgeUrl(edge, agent.host), labels: edgeLabels(edge, agent) }),
          secrets: this.#secrets,
        },
        { parent: this },
      ),
    );
  }

  /** Networks that an agent is in with more than the fleet's agents. */
  #joined({ joins, edge: serving, machine }: AgentSpec): pulumi.Input<string>[] {
    const { edge } = this.#args.spec;
    const server = serving === undefined ? undefined : edge[serving];
    const network = joins ?? (server?.proxy === "traefik" ? server.network : undefined);
    if (network === undefined) return [];
    const maker = Object.values(edge).find(
      (one) => one.proxy === "traefik" && !one.external && one.machine === machine && one.network === network,
    );
    return [maker ? this.nodes.networks[maker.name]!.name : network];
  }

  #makeEdge(name: string, entry: string, modules: FleetModules): void {
    const { spec, transform } = this.#args;
    const edge = spec.edge[entry]!;
    // Somebody else's proxy: agents carry its labels, and that is all.
    if (isExternal(edge)) return;
    const args = {
      stack: spec.stack,
      spec: edge,
      machine: this.nodes.machines[edge.machine]!,
      imageOf: (use: Parameters<Images["idOf"]>[1]) => this.#images.idOf(edge.machine, use),
      network: this.nodes.networks[entry],
      agents: Object.values(spec.agents).filter((agent) => agent.edge === entry),
      hosts: servedHosts(spec).filter((host) => host.edge === entry),
    };
    this.nodes.edge[entry] = new modules.proxies[edge.proxy]!(
      ...transformed(transform?.edge, `${name}-${entry}`, args, { parent: this }),
    );
  }

  #makeZone(name: string, zone: DnsSpec, modules: FleetModules): void {
    const { spec, transform } = this.#args;
    const addressOf = (machine: string) => this.nodes.machines[machine]!.publicAddress;
    const args = {
      spec: zone,
      ...(zone.shared !== undefined && { shared: this.#shared[zone.shared]!.zone(zone.zone ?? zone.name) }),
      records: zoneRecords(zone, hostsInZone(spec, zone), addressOf),
    };
    this.nodes.dns[zone.name] = new modules.zones[zone.provider]!(
      ...transformed(transform?.zone, `${name}-${zone.name}`, args, { parent: this }),
    );
  }

  #makeBackup(name: string, entry: string): void {
    const { spec, transform } = this.#args;
    const backup = spec.backups[entry]!;
    this.nodes.backups[entry] = new Backup(
      `${name}-${entry}`,
      {
        stack: spec.stack,
        spec: backup,
        machine: this.nodes.machines[backup.machine]!,
        entries: backedUp(spec, backup.machine),
        secrets: this.#secrets,
        ...(transform?.backup && { transform: transform.backup }),
      },
      { parent: this },
    );
  }
}

/** What works for another service comes after it. */
const inOrder = (services: ServiceSpec[]) =>
  services.toSorted((one, other) => Number(hasServiceNetwork(other.kind)) - Number(hasServiceNetwork(one.kind)));

function mapValues<T, R>(object: Record<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
