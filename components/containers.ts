import type { local } from "@pulumi/command";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Size } from "../spec/index.js";
import { KEPT_OF_ADOPTED } from "./adopted.js";
import { type CommandArgs, makeCommand } from "./command.js";
import type { Machine } from "./hosts/machine.js";
import { dockerLabels, type Ownership, ownershipLabels } from "./labels.js";
import { nodeScript } from "./scripts.js";
import { type Transform, transformed } from "./transform.js";

/** Docker's unit of CPU time, in microseconds: a quota of as much is one CPU. */
const CPU_PERIOD = 100_000;

export interface HardenedContainerArgs {
  machine: Machine;
  owner: Ownership;
  /** Name on the machine. */
  container: string;
  /** Id of the image, never a tag. */
  image: pulumi.Input<string>;
  /** What the command is given to, in place of the image's own; the image's command is not used then. */
  entrypoint?: string[];
  /** The image's own command where this is missing. */
  command?: string[];
  /** `NAME=value`. A change replaces the container: what may change belongs into files. */
  envs: pulumi.Input<pulumi.Input<string>[]>;
  /** Labels besides those of ownership. */
  labels?: Record<string, string>;
  /** As Docker has it: `uid:gid`, `uid`, or a name that the image knows. Missing: the image's own user. */
  user?: string;
  readOnlyRoot: boolean;
  /** Whether Docker's small init is process 1. */
  init: boolean;
  /** Capabilities to keep, without `CAP_`. All others are dropped. */
  capAdd: string[];
  /** Paths in memory that the user may write. */
  tmpfs: string[];
  resources: { memory: Size; cpus: number; pids: number };
  volumes: { volume: pulumi.Input<string>; path: string; readOnly: boolean }[];
  /** Files and sockets of the machine, by their path there: where they are seen in the container. */
  machineFiles?: { source: string; path: string; readOnly: boolean }[];
  /** Networks to join, the container's own first. Missing: the machine's own network stack. */
  networks?: ContainerNetwork[];
  /** Default: the entry's name in networks of Docker's, the machine's name in the machine's. */
  hostname?: string;
  /** Published on an address of the machine; default: the loopback address. */
  ports: { internal: number; external: number; ip?: string }[];
  health?: HealthCheck;
  /** The container was there before the fleet: it is left as it was made, but for what names it and what it is given. */
  adopted?: boolean;
  /** Seconds that the program gets to end by itself before it is killed. */
  stopSeconds: number;
  transform?: { container?: Transform<docker.ContainerArgs>; limits?: Transform<CommandArgs> };
}

export interface HealthCheck {
  /** In Docker's form: `CMD` and a command, or `CMD-SHELL` and a line for the shell. */
  tests: string[];
  interval: Time;
  timeout: Time;
  retries: number;
  startPeriod: Time;
}

/** A network that a container joins. */
export interface ContainerNetwork {
  name: pulumi.Input<string>;
  /** Names by which others in the network find the container, besides the container's own. */
  aliases?: string[];
}

interface Time {
  seconds: number;
  toDocker(): string;
}

/** Variables in Docker's form, `NAME=value`, in a fixed order. */
export function envList(env: Record<string, string>): string[] {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
}

/** Seconds until a starting container must be healthy: as long as Docker may take to call it unhealthy, and the check itself. */
export function startSeconds(health: HealthCheck): number {
  const { interval, timeout, retries, startPeriod } = health;
  return Math.ceil(startPeriod.seconds + (retries + 1) * (interval.seconds + timeout.seconds));
}

/**
 * Makes a container that can do little beside its work: no capabilities but those named, no new privileges, a root file
 * system that is not written, limits of memory, CPU, processes and logs, ports on loopback only. Memory and CPU limits
 * change in place.
 *
 * @param name begins the names of the resources: `<name>-container`, `<name>-limits`.
 */
export function hardenedContainer(
  name: string,
  args: HardenedContainerArgs,
  opts: pulumi.CustomResourceOptions,
): { container: docker.Container; limits?: local.Command } {
  const { machine, owner, health, resources, transform } = args;
  const container = new docker.Container(
    ...transformed(
      transform?.container,
      `${name}-container`,
      {
        name: args.container,
        image: args.image,
        ...(args.entrypoint && { entrypoints: args.entrypoint }),
        ...(args.command && { command: args.command }),
        envs: args.envs,
        labels: dockerLabels({ ...args.labels, ...ownershipLabels(owner) }),
        ...(args.user !== undefined && { user: args.user }),
        readOnly: args.readOnlyRoot,
        tmpfs: Object.fromEntries(args.tmpfs.map((path) => [path, tmpfsOptions(path, args.user)])),
        capabilities: { adds: args.capAdd, drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        init: args.init,
        restart: "unless-stopped",
        mustRun: true,
        memory: resources.memory.mebibytes,
        // As much again in swap is Docker's default; and a memory limit cannot be raised beyond an older swap limit.
        memorySwap: resources.memory.mebibytes,
        // Not `cpus`, which replaces the container.
        cpuPeriod: CPU_PERIOD,
        cpuQuota: Math.round(resources.cpus * CPU_PERIOD),
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        volumes: [
          ...args.volumes.map(({ volume, path, readOnly }) => ({ volumeName: volume, containerPath: path, readOnly })),
          ...(args.machineFiles ?? []).map(({ source, path, readOnly }) => ({
            hostPath: source,
            containerPath: path,
            readOnly,
          })),
        ],
        ...(args.networks
          ? {
              hostname: args.hostname ?? owner.entry,
              networksAdvanced: args.networks.map(({ name, aliases }) => ({ name, ...(aliases && { aliases }) })),
              ports: args.ports.map((port) => ({ ip: "127.0.0.1", ...port, protocol: "tcp" })),
            }
          : { networkMode: "host", ...(args.hostname !== undefined && { hostname: args.hostname }) }),
        stopTimeout: args.stopSeconds,
        destroyGraceSeconds: args.stopSeconds,
        ...(health && {
          healthcheck: {
            tests: health.tests,
            interval: health.interval.toDocker(),
            timeout: health.timeout.toDocker(),
            retries: health.retries,
            startPeriod: health.startPeriod.toDocker(),
          },
          wait: true,
          waitTimeout: startSeconds(health),
        }),
      },
      {
        ...opts,
        ...machine.docker.opts,
        // The name and the ports can only be held once; and two programs with one chat token disturb each other.
        deleteBeforeReplace: true,
        // The provider takes these for changes in place, but Docker cannot make them on a container that exists.
        replaceOnChanges: ["healthcheck", "init", "tmpfs"],
        ...(args.adopted && { ignoreChanges: KEPT_OF_ADOPTED }),
      },
    ),
  );
  if (args.adopted) return { container };
  const limits = makeCommand(
    transform?.limits,
    `${name}-limits`,
    {
      create: nodeScript("containers/limit-pids.mjs"),
      environment: { ...machine.docker.environment, FLEET_CONTAINER: container.id, FLEET_PIDS: String(resources.pids) },
    },
    opts,
  );
  return { container, limits };
}

/** Mount options for a path in memory. Docker's own folder for it would be root's. */
function tmpfsOptions(path: string, user: string | undefined): string {
  const ids = /^(\d+)(?::(\d+))?$/.exec(user ?? "");
  // Where a user is known only by name, or the folder is everybody's by custom, all may write and none may delete others' files.
  if (path === "/tmp" || path === "/var/tmp" || !ids) return "rw,nosuid,nodev,mode=1777";
  return `rw,nosuid,nodev,mode=0700,uid=${ids[1]},gid=${ids[2] ?? 0}`;
}
