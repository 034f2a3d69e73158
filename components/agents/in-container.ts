import * as pulumi from "@pulumi/pulumi";
import type { AgentSpec } from "../../spec/index.js";
import type { Afterwards, Check } from "../../templates/files/bundle.js";
import { ConfigFiles } from "../config-files.js";
import { type ContainerNetwork, envList, type HealthCheck, hardenedContainer } from "../containers.js";
import { DataVolume } from "../data/volume.js";
import { resolveSecrets } from "../secrets.js";
import type { AgentContext, DeployedAgent } from "./runtime.js";

/** Where every agent finds its configuration. */
export const CONFIG_FOLDER = "/config";

/** What a runtime says about the container of an agent; the rest is the same for all. */
export interface ContainerPlan {
  command?: string[];
  /** Variables besides those of the spec, which win. */
  env: pulumi.Input<Record<string, string>>;
  /** Files below {@link CONFIG_FOLDER}; missing: the runtime has no such folder. */
  files?: pulumi.Input<Record<string, string>>;
  /** Files that the agent is given in its data volumes, by volume. It may change them. */
  dataFiles?: Record<string, pulumi.Input<Record<string, string>>>;
  /** Asked whether `files` can be read, before they are put in place. */
  check?: Check;
  /** What the running container does about changed `files`. */
  afterwards?: Afterwards;
  health?: HealthCheck;
  /** The container was there before the fleet. */
  adopted?: boolean;
  /** Port of the container that is published as `spec.port`. */
  internalPort?: number;
  stopSeconds: number;
}

/** Runs an agent as a hardened container in a network of its own, with its files and volumes. */
export function inContainer(context: AgentContext, plan: ContainerPlan): DeployedAgent {
  const { name, spec, owner, machine, parent, transform } = context;
  const volumes = Object.values(spec.volumes).map((volume) => ({
    ...volume,
    component: new DataVolume(
      `${name}-${volume.name}`,
      {
        machine,
        owner,
        volume: volume.name,
        dockerName: volume.dockerName,
        existing: volume.existing,
        deleteData: volume.deleteData,
        ...(transform.volume && { transform: { volume: transform.volume } }),
      },
      { parent },
    ),
  }));

  const files =
    plan.files &&
    new ConfigFiles(
      `${name}-files`,
      {
        machine,
        owner,
        container: spec.container,
        image: context.image,
        user: spec.hardening.user,
        files: plan.files,
        data: volumes.map((volume) => ({
          volume: volume.component.volumeName,
          files: plan.dataFiles?.[volume.name] ?? {},
        })),
        check: plan.check,
        afterwards: plan.afterwards ?? { do: "nothing" },
        transform: { volume: transform.configVolume, command: transform.delivery },
      },
      { parent },
    );

  const env = pulumi
    .all([plan.env, resolveSecrets(spec.env, context.secrets)])
    .apply(([given, own]) => envList({ ...given, ...own }));
  const { container, limits } = hardenedContainer(
    name,
    {
      machine,
      owner,
      container: spec.container,
      image: context.image,
      command: plan.command,
      envs: env,
      labels: context.labels,
      ...spec.hardening,
      resources: spec.resources,
      volumes: [
        ...(files ? [{ volume: files.volumeName, path: CONFIG_FOLDER, readOnly: true }] : []),
        ...volumes.map((volume) => ({ volume: volume.component.volumeName, path: volume.path, readOnly: false })),
      ],
      networks: networksOf(context),
      ports:
        spec.port !== undefined && plan.internalPort !== undefined
          ? [{ internal: plan.internalPort, external: spec.port }]
          : [],
      health: plan.health,
      adopted: plan.adopted,
      stopSeconds: plan.stopSeconds,
      transform: { container: transform.container, limits: transform.limits },
    },
    { parent, dependsOn: files ? [files] : [] },
  );

  return {
    container: container.name,
    address: spec.port === undefined ? undefined : pulumi.interpolate`http://${machine.address}:${spec.port}`,
    volumes: Object.fromEntries(volumes.map((volume) => [volume.name, volume.component.volumeName])),
    nodes: {
      container,
      ...(limits && { limits }),
      ...(files && { files }),
      ...Object.fromEntries(volumes.map((volume) => [`${volume.name}Volume`, volume.component])),
    },
  };
}

/**
 * Under its name in the agents' own networks, where both sides can call. In a network that others share it has no name but its
 * container's: an agent called like something of theirs would take its place.
 */
function networksOf({ network, reaches, joins, owner }: AgentContext): ContainerNetwork[] {
  const own = [...(network ? [network] : []), ...reaches];
  return [...own.map(({ name }) => ({ name, aliases: [owner.entry] })), ...joins.map((name) => ({ name }))];
}

/** The spec narrowed to the runtime's own: a stack config's `runtime` chose both. */
export function specOf<Name extends AgentSpec["runtime"]>(context: AgentContext, runtime: Name) {
  if (context.spec.runtime !== runtime) throw new Error(`${context.name} is no agent of the runtime ${runtime}`);
  return context.spec as Extract<AgentSpec, { runtime: Name }>;
}
