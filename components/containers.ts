import type { local } from "@pulumi/command";
import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Size } from "../spec/index.js";
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
  /** The image's own command where this is missing. */
  command?: string[];
  /** `NAME=value`. A change replaces the container: what may change belongs into files. */
  envs: pulumi.Input<pulumi.Input<string>[]>;
  /** As Docker has it: `uid:gid`, `uid`, or a name that the image knows. */
  user: string;
  readOnlyRoot: boolean;
  /** Capabilities to keep, without `CAP_`. All others are dropped. */
  capAdd: string[];
  /** Paths in memory that the user may write. */
  tmpfs: string[];
  resources: { memory: Size; cpus: number; pids: number };
  volumes: { volume: pulumi.Input<string>; path: string; readOnly: boolean }[];
  /** Networks to join, the container's own first. Missing: the machine's own network stack. */
  networks?: { name: pulumi.Input<string>; aliases: string[] }[];
  /** Published on the machine's loopback address. */
  ports: { internal: number; external: number }[];
  health?: HealthCheck;
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

interface Time {
  seconds: number;
  toDocker(): string;
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
): { container: docker.Container; limits: local.Command } {
  const { machine, owner, health, resources, transform } = args;
  const container = new docker.Container(
    ...transformed(
      transform?.container,
      `${name}-container`,
      {
        name: args.container,
        image: args.image,
        ...(args.command && { command: args.command }),
        envs: args.envs,
        labels: dockerLabels(ownershipLabels(owner)),
        user: args.user,
        readOnly: args.readOnlyRoot,
        tmpfs: Object.fromEntries(args.tmpfs.map((path) => [path, tmpfsOptions(path, args.user)])),
        capabilities: { adds: args.capAdd, drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        init: true,
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
        volumes: args.volumes.map(({ volume, path, readOnly }) => ({
          volumeName: volume,
          containerPath: path,
          readOnly,
        })),
        ...(args.networks
          ? {
              hostname: owner.entry,
              networksAdvanced: args.networks.map(({ name, aliases }) => ({ name, aliases })),
              ports: args.ports.map((port) => ({ ...port, ip: "127.0.0.1", protocol: "tcp" })),
            }
          : { networkMode: "host" }),
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
      },
    ),
  );
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
function tmpfsOptions(path: string, user: string): string {
  const ids = /^(\d+)(?::(\d+))?$/.exec(user);
  // Where a user is known only by name, or the folder is everybody's by custom, all may write and none may delete others' files.
  if (path === "/tmp" || path === "/var/tmp" || !ids) return "rw,nosuid,nodev,mode=1777";
  return `rw,nosuid,nodev,mode=0700,uid=${ids[1]},gid=${ids[2] ?? 0}`;
}
