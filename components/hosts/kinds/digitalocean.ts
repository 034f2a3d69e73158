import type { local } from "@pulumi/command";
import * as digitalocean from "@pulumi/digitalocean";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type DropletSpec, type MachineAddress, sshOptions } from "../../../spec/index.js";
import { tagOf } from "../../clouds/kinds/digitalocean.js";
import { makeCommand } from "../../command.js";
import { nodeScript } from "../../scripts.js";
import { transformed } from "../../transform.js";
import { reachDocker, reachHost } from "../access.js";
import { Baseline, baselineUserData } from "../baseline.js";
import { firewallRules } from "../droplet/firewall.js";
import { makeVolume, mountVolume } from "../droplet/volumes.js";
import type { HostAccess } from "../host.js";
import { type DockerAccess, type Machine, type MachineArgs, machineSpecOf } from "../machine.js";

/**
 * What the vendor makes a new droplet for, and does not have to: the host's settings reach a living one by ssh. A rebuild, which is
 * asked for, takes all of them.
 */
const UNTIL_REBUILT = ["userData", "sshKeys", "image", "monitoring"];

/** Seconds that a new host may take until its first boot is through. */
const READY_SECONDS = 600;

/**
 * A droplet: with a firewall, volumes that outlive it, and an address that stays when it is rebuilt.
 *
 * A rebuild makes the new droplet first and waits until it is ready, so that one that cannot be made costs nothing. Then the volumes
 * go over, one step after the other, the address follows, and what lives on the machine is made there anew. The old droplet goes last.
 */
export default class DigitalOceanMachine extends pulumi.ComponentResource implements Machine {
  readonly entry: string;
  readonly address: pulumi.Output<string>;
  readonly docker: DockerAccess;
  readonly host: HostAccess;
  readonly publicAddress: pulumi.Output<string>;
  readonly ready: pulumi.Output<boolean>;
  readonly shareable: pulumi.Output<MachineAddress>;
  readonly nodes: {
    droplet: digitalocean.Droplet;
    firewall: digitalocean.Firewall;
    baseline: Baseline;
    ready: local.Command;
    volumes: Record<string, digitalocean.Volume>;
    attachments: Record<string, digitalocean.VolumeAttachment>;
    mounts: Record<string, local.Command>;
    reservedIp?: digitalocean.ReservedIp;
    docker: docker.Provider;
  };

  readonly #name: string;
  readonly #args: MachineArgs;
  readonly #spec: DropletSpec;

  constructor(name: string, args: MachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:DigitalOceanMachine", name, {}, opts);
    const spec = machineSpecOf(args, "digitalocean");
    this.#name = name;
    this.#args = args;
    this.#spec = spec;
    this.entry = spec.name;
    const { stack, transform } = args;

    const tag = new digitalocean.Tag(...this.#child("tag", { name: tagOf(`fleet-${stack}-${spec.name}`) }));
    const firewall = new digitalocean.Firewall(
      ...this.#child("firewall", {
        name: `${stack}-${spec.name}`.replaceAll("_", "-"),
        // By the tag, not by the id: a new droplet is behind it from its first moment on, and the old one until its last.
        tags: [tag.name],
        ...firewallRules(spec.baseline.open),
      }),
    );
    const droplet = this.#makeDroplet(tag);
    const volumes = mapEntries(spec.volumes, (volume, one) =>
      makeVolume(
        name,
        { ...this.#common, volume, spec: one, region: this.#cloud.shareable.region, tags: this.#cloud.tags },
        this,
      ),
    );

    const { ready, awake, alias, url, hostKeys } = this.#whenReady(droplet);
    const reached = reachHost({ stack, alias, address: url, hostKeys });
    const environment = { FLEET_HOST: reached.address, FLEET_SSH_OPTIONS: pulumi.jsonStringify(reached.sshOpts) };
    // What lives on the droplet goes with it and is made anew with it: also where a run that replaced it came no further.
    const lives = { replaceWith: [droplet], deletedWith: droplet, replacementTrigger: droplet.id };
    const booted: HostAccess = { environment, opts: { dependsOn: [awake], ...lives } };
    const baseline = new Baseline(
      `${name}-baseline`,
      {
        machine: { entry: this.entry, host: booted },
        stack,
        spec: spec.baseline,
        user: spec.user,
        keys: this.#publicKeys,
        secrets: args.secrets,
      },
      { parent: this },
    );
    const bare: pulumi.Resource[] = [awake, baseline];
    const mounted = mapEntries(spec.volumes, (volume, { path }) =>
      mountVolume(
        name,
        {
          ...this.#common,
          volume,
          path,
          of: volumes[volume]!,
          droplet,
          environment,
          knownHosts: reached.knownHosts,
          dependsOn: bare,
        },
        this,
      ),
    );
    const mounts = Object.values(mounted).map(({ mount }) => mount);
    const usable = [...bare, ...mounts];
    const reservedIp = spec.reservedAddress ? this.#reserve(droplet, usable) : undefined;
    this.#enterProject([
      droplet.dropletUrn,
      ...Object.values(volumes).map((volume) => volume.volumeUrn),
      ...(reservedIp ? [reservedIp.reservedIpUrn] : []),
    ]);

    const { provider, access, knownHosts } = reachDocker(
      name,
      {
        stack,
        machine: spec.name,
        alias,
        docker: url,
        hostKeys,
        ...(transform?.docker && { transform: transform.docker }),
      },
      { parent: this, dependsOn: usable },
    );
    // By the provider, so that a script that speaks to Docker waits for what the provider does.
    const dockerHost = pulumi.all([access.environment.DOCKER_HOST!, provider.urn]).apply(([host]) => host);
    this.docker = {
      opts: { ...access.opts, ...lives },
      environment: { ...access.environment, DOCKER_HOST: dockerHost },
    };
    this.host = { environment, opts: { dependsOn: usable, ...lives } };
    this.publicAddress = reservedIp?.ipAddress ?? droplet.ipv4Address;
    this.shareable = pulumi.output({ docker: url, hostKeys });
    // Agents publish on the host's own loopback: it is reached from there, or through a tunnel.
    this.address = pulumi.output("127.0.0.1");
    this.ready = pulumi.all(usable.map(({ urn }) => urn)).apply(() => true);
    this.nodes = {
      droplet,
      firewall,
      baseline,
      ready,
      volumes,
      attachments: mapEntries(mounted, (_, { attachment }) => attachment),
      mounts: mapEntries(mounted, (_, { mount }) => mount),
      ...(reservedIp && { reservedIp }),
      docker: provider,
    };
    this.registerOutputs({ address: this.address, publicAddress: this.publicAddress, knownHosts });
  }

  get #cloud() {
    return this.#args.clouds[this.#spec.cloud]!;
  }

  /** Of those who administrate the cloud's machines. */
  get #publicKeys(): pulumi.Output<string[]> {
    return this.#cloud.shareable.sshKeys.apply((keys) => Object.values(keys));
  }

  get #common() {
    const { stack, transform } = this.#args;
    return { stack, machine: this.entry, ...(transform?.cloud && { transform: transform.cloud }) };
  }

  /** Arguments of a child's constructor. */
  #child<Args extends object>(name: string, args: Args, opts: pulumi.CustomResourceOptions = {}) {
    return transformed<Args>(this.#args.transform?.cloud, `${this.#name}-${name}`, args, { parent: this, ...opts });
  }

  #makeDroplet(tag: digitalocean.Tag): digitalocean.Droplet {
    const { size, image, monitoring, backups, rebuild } = this.#spec;
    const { shareable: cloud, tags } = this.#cloud;
    return new digitalocean.Droplet(
      ...this.#child<digitalocean.DropletArgs>(
        "droplet",
        {
          name: this.entry,
          region: cloud.region,
          size,
          image,
          vpcUuid: cloud.vpcId.apply((id) => (id === "" ? (undefined as never) : id)),
          sshKeys: cloud.sshKeyIds,
          // What it is at its first boot; from then on the baseline reaches it by ssh.
          userData: this.#publicKeys.apply((keys) => baselineUserData(this.#spec.baseline, this.#spec.user, keys)),
          monitoring,
          backups: backups !== false,
          ...(backups && { backupPolicy: backupPolicy(backups) }),
          tags: [...tags, tagOf(`fleet-${this.#args.stack}-${this.entry}`)],
          // Processors and memory only: a disk that has grown could never become smaller again.
          resizeDisk: false,
          gracefulShutdown: true,
        },
        {
          dependsOn: [tag],
          ignoreChanges: UNTIL_REBUILT,
          replacementTrigger: rebuild,
          // Two droplets may bear one name; the vendor's plugin would not know.
          deleteBeforeReplace: false,
        },
      ),
    );
  }

  /** Waits for the host's first boot, and learns its key. */
  #whenReady(droplet: digitalocean.Droplet) {
    const { stack } = this.#args;
    const { user, hostKey, size } = this.#spec;
    const url = pulumi.interpolate`ssh://${user}@${droplet.ipv4Address}:22`;
    // Each droplet is known by a name of its own: while it is rebuilt there are two, with different keys.
    const alias = pulumi.interpolate`${this.entry}-${droplet.id}`;
    const wait = (name: string, known: pulumi.Input<string[]> | undefined, environment: Record<string, string>) =>
      makeCommand(
        undefined,
        `${this.#name}-${name}`,
        {
          create: nodeScript("hosts/ready.mjs"),
          environment: {
            FLEET_HOST: url,
            FLEET_SSH_OPTIONS: pulumi.jsonStringify(alias.apply((host) => sshOptions(stack, host))),
            FLEET_READY: pulumi.jsonStringify({ seconds: READY_SECONDS, ...(known && { hostKeys: known }) }),
            ...environment,
          },
          triggers: [droplet.id],
        },
        { parent: this, replaceWith: [droplet], deletedWith: droplet },
      );
    const ready = wait("ready", hostKey, {});
    const hostKeys = ready.stdout.apply((said) => hostKey ?? keysOf(said));
    // Another size switches the droplet off and on: what follows waits until it is back. What `ready` has learnt stays known meanwhile.
    const awake = wait("awake", hostKeys, { FLEET_SIZE: size });
    return { ready, awake, alias, url, hostKeys };
  }

  /** An address that stays. It goes over when the volumes are there: an agent that does not come up does not hold it back from all. */
  #reserve(droplet: digitalocean.Droplet, dependsOn: pulumi.Resource[]): digitalocean.ReservedIp {
    const reservedIp = new digitalocean.ReservedIp(...this.#child("address", { region: this.#cloud.shareable.region }));
    new digitalocean.ReservedIpAssignment(
      ...this.#child(
        "address-assignment",
        { ipAddress: reservedIp.ipAddress, dropletId: droplet.id.apply(Number) },
        // The new assignment takes the address from the old droplet; that the old one ends with it is no call of its own.
        { dependsOn, replaceWith: [droplet], deletedWith: droplet, deleteBeforeReplace: false },
      ),
    );
    return reservedIp;
  }

  #enterProject(resources: pulumi.Output<string>[]): void {
    const { hasProject, shareable } = this.#cloud;
    if (hasProject === false) return;
    const enter = (project: pulumi.Input<string>) =>
      new digitalocean.ProjectResources(...this.#child("project", { project, resources }));
    if (hasProject) enter(shareable.projectId);
    // Known with that stack's outputs only.
    else shareable.projectId.apply((project) => project !== "" && enter(project));
  }
}

function backupPolicy({ plan, weekday, hour }: Exclude<DropletSpec["backups"], false>) {
  return { plan, ...(plan === "weekly" && { weekday: weekday ?? "SUN" }), hour };
}

/** What `ready` has said; a simulated one says nothing. */
const keysOf = (said: string): string[] => (said === "" ? [] : (JSON.parse(said) as { hostKeys: string[] }).hostKeys);

function mapEntries<T, R>(object: Record<string, T>, map: (key: string, value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(key, value)]));
}
