import * as pulumi from "@pulumi/pulumi";
import type { AgentSpec } from "../../spec/index.js";
import type { Afterwards, Check } from "../../templates/files/bundle.js";
import { ConfigFiles } from "../config-files.js";
import { type HealthCheck, hardenedContainer } from "../containers.js";
import { DataVolume } from "../data/volume.js";
import { resolveSecrets } from "../secrets.js";
import type { AgentContext, DeployedAgent } from "./runtime.js";

/** Where every agent finds its configuration. */
export const CONFIG_FOLDER = "/config";

/** What a runtime says about the container of an agent; the rest is the same for all. */
export interface ContainerPlan {
  command?: string[];
  /** Variables besides those of the spec, which win. */
  env: Record<string, string>;
  /** Files below {@link CONFIG_FOLDER}. */
  files: pulumi.Input<Record<string, string>>;
  /** Files that the agent is given in its data volumes, by volume. It may change them. */
  dataFiles?: Record<string, pulumi.Input<Record<string, string>>>;
  /** Asked whether `files` can be read, before they are put in place. */
  check?: Check;
  afterwards: Afterwards;
  health?: HealthCheck;
  /** Port of the container that is published as `spec.port`. */
  internalPort?: number;
  stopSeconds: number;
}

/** Runs an agent as a hardened container in a network of its own, with its files and volumes. */
export function inContainer(context: AgentContext, plan: ContainerPlan): DeployedAgent {
  const { name, spec, owner, machine, parent, transform } = context;
  const containerName = `${owner.stack}-${owner.entry}`;
  const volumes = Object.values(spec.volumes).map((volume) => ({
    ...volume,
    component: new DataVolume(
      `${name}-${volume.name}`,
      {
        machine,
        owner,
        volume: volume.name,
        deleteData: volume.deleteData,
        ...(transform.volume && { transform: { volume: transform.volume } }),
      },
      { parent },
    ),
  }));

  const files = new ConfigFiles(
    `${name}-files`,
    {
      machine,
      owner,
      container: containerName,
      image: context.image,
      user: spec.hardening.user,
      files: plan.files,
      data: volumes.map((volume) => ({
        volume: volume.component.volumeName,
        files: plan.dataFiles?.[volume.name] ?? {},
      })),
      check: plan.check,
      afterwards: plan.afterwards,
      transform: { volume: transform.configVolume, command: transform.delivery },
    },
    { parent },
  );

  const env = resolveSecrets(spec.env, context.secrets).apply((own) =>
    Object.entries({ ...plan.env, ...own })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
  );
  const { container, limits } = hardenedContainer(
    name,
    {
      machine,
      owner,
      container: containerName,
      image: context.image,
      command: plan.command,
      envs: env,
      ...spec.hardening,
      resources: spec.resources,
      volumes: [
        { volume: files.volumeName, path: CONFIG_FOLDER, readOnly: true },
        ...volumes.map((volume) => ({ volume: volume.component.volumeName, path: volume.path, readOnly: false })),
      ],
      // Under its name in its own network and in those that it joins: both sides can call.
      networks: [context.network, ...context.reaches].map((network) => ({
        name: network.name,
        aliases: [owner.entry],
      })),
      ports:
        spec.port !== undefined && plan.internalPort !== undefined
          ? [{ internal: plan.internalPort, external: spec.port }]
          : [],
      health: plan.health,
      stopSeconds: plan.stopSeconds,
      transform: { container: transform.container, limits: transform.limits },
    },
    { parent, dependsOn: [files] },
  );

  return {
    container: container.name,
    address: spec.port === undefined ? undefined : pulumi.interpolate`http://${machine.address}:${spec.port}`,
    volumes: Object.fromEntries(volumes.map((volume) => [volume.name, volume.component.volumeName])),
    nodes: {
      container,
      limits,
      files,
      ...Object.fromEntries(volumes.map((volume) => [`${volume.name}Volume`, volume.component])),
    },
  };
}

/** The spec narrowed to the runtime's own: a stack config's `runtime` chose both. */
export function specOf<Name extends AgentSpec["runtime"]>(context: AgentContext, runtime: Name) {
  if (context.spec.runtime !== runtime) throw new Error(`${context.name} is no agent of the runtime ${runtime}`);
  return context.spec as Extract<AgentSpec, { runtime: Name }>;
}
