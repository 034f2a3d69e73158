import type { JsonMap, PlannedStep, ReviewedOp, ReviewedResource } from "../../../review/types.js";

const FLEET = "fleet:index:Fleet";

/** Makes the resources of a stack as its program would register them. */
export class TestFleet {
  readonly resources: ReviewedResource[] = [];
  readonly fleet: ReviewedResource;

  constructor(readonly stack = "test") {
    this.fleet = this.add(FLEET, stack, undefined);
  }

  /** A component or a custom resource; its URN has the types of all that it is in. */
  add(
    type: string,
    name: string,
    parent: ReviewedResource | undefined = this.fleet,
    more: Partial<ReviewedResource> = {},
  ): ReviewedResource {
    const types = parent === undefined ? type : `${parent.urn.split("::")[2]}$${type}`;
    const resource: ReviewedResource = {
      urn: `urn:pulumi:${this.stack}::fleet::${types}::${name}`,
      type,
      name,
      custom: !type.startsWith("fleet:"),
      ...(parent && { parent: parent.urn }),
      inputs: {},
      outputs: {},
      dependencies: [],
      protect: false,
      retainOnDelete: false,
      ...more,
    };
    this.resources.push(resource);
    return resource;
  }

  machine(name: string, variety = "Docker"): ReviewedResource {
    return this.add(`fleet:hosts:${variety}Machine`, `${this.stack}-${name}`);
  }

  /** An agent with its network, its container, and a volume if it is given a path. */
  agent(name: string, on: ReviewedResource, more: { path?: string; reaches?: string[]; inputs?: JsonMap } = {}) {
    const full = `${this.stack}-${name}`;
    const agent = this.add("fleet:agents:Agent", full);
    this.network(name);
    const image = this.add("docker:index/remoteImage:RemoteImage", `${on.name}-${name}-image`, on);
    const volumes = more.path === undefined ? [] : [this.volume(agent, "data", more.path)];
    this.add("docker:index/container:Container", `${full}-container`, agent, {
      inputs: {
        name: full,
        memory: 512,
        volumes,
        networksAdvanced: [full, ...(more.reaches ?? []).map((other) => `${this.stack}-${other}`)].map((name) => ({
          name,
        })),
        ...more.inputs,
      },
      dependencies: [image.urn],
    });
    return agent;
  }

  network(entry: string): ReviewedResource {
    const name = `${this.stack}-${entry}`;
    const labels = [
      { label: "fleet.entry", value: entry },
      { label: "fleet.stack", value: this.stack },
    ];
    return this.add("docker:index/network:Network", name, this.fleet, { inputs: { name, labels } });
  }

  /** A data volume below a component; gives what mounts it. */
  volume(of: ReviewedResource, name: string, path: string): JsonMap {
    const component = this.add("fleet:data:DataVolume", `${of.name}-${name}`, of);
    this.add("docker:index/volume:Volume", `${component.name}-volume`, component, {
      inputs: { name: component.name },
      retainOnDelete: true,
    });
    return { volumeName: component.name, containerPath: path, readOnly: false };
  }
}

export const stepOf = (op: ReviewedOp, { urn, type, name, custom, retainOnDelete }: ReviewedResource): PlannedStep => ({
  op,
  urn,
  type,
  name,
  custom,
  replaceKeys: [],
  changes: [],
  retained: retainOnDelete && (op === "delete" || op === "replace"),
});
