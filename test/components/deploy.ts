import * as pulumi from "@pulumi/pulumi";
import { Fleet, type FleetArgs } from "../../components/index.js";
import { parseFleet } from "../../spec/index.js";

/** A resource as it was registered. */
export interface Registered {
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of every type of resource.
  inputs: any;
}

/** Records what a program registers, and gives each resource the outputs that components read. */
class Recorder implements pulumi.runtime.Mocks {
  readonly resources: Registered[] = [];

  /** @param others outputs of other stacks, by their full names. */
  constructor(private readonly others: Record<string, object>) {}

  newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
    this.resources.push({ type, name, inputs });
    const state: Record<string, unknown> = { ...inputs };
    if (type.endsWith(":StackReference")) state.outputs = this.others[inputs.name] ?? {};
    if (type.endsWith(":RemoteImage")) state.imageId = `sha256:${inputs.name}`;
    if (type.endsWith(":RandomPassword")) state.result = `token-of-${name}`;
    if (type.endsWith(":Droplet")) state.ipv4Address = "192.0.2.7";
    // A program that really runs tells what it has found.
    if (type.endsWith(":Command")) state.stdout = "";
    if (type.endsWith(":Network")) state.ipamConfigs = [{ subnet: "172.30.0.0/16", gateway: "172.30.0.1" }];
    return { id: `${name}-id`, state };
  }

  call({ token }: pulumi.runtime.MockCallArgs) {
    return token === "docker:index/getRegistryImage:getRegistryImage" ? { sha256Digest: "sha256:pinned" } : {};
  }
}

export interface Deployed {
  fleet: Fleet;
  resources: Registered[];
  /** The one resource of a type (its last part) and name. */
  find: (type: string, name: string) => Registered;
  names: (type: string) => string[];
}

/** Checks a stack config and makes its fleet against the mocks: shapes only. What an engine makes of them, life-cycle tests show. */
export async function deploy(
  raw: Record<string, unknown>,
  more: Omit<FleetArgs, "spec"> = {},
  stack = "lab",
  others: Record<string, object> = {},
): Promise<Deployed> {
  const recorder = new Recorder(others);
  await pulumi.runtime.setMocks(recorder, "fleet", stack, false, "organization");
  const { spec, faults } = parseFleet(stack, { secrets: {}, ...raw });
  if (!spec) throw new Error(JSON.stringify(faults));
  const fleet = await Fleet.create(stack, { spec, ...more });
  await settled(fleet.outputs);
  await settled(fleet.tokens);
  await pulumi.runtime.disconnect();
  const of = (type: string) => recorder.resources.filter((resource) => resource.type.endsWith(`:${type}`));
  return {
    fleet,
    resources: recorder.resources,
    find(type, name) {
      const found = of(type).filter((resource) => resource.name === name);
      if (found.length !== 1) throw new Error(`${found.length} x ${type} ${name} among ${of(type).map((r) => r.name)}`);
      return found[0]!;
    },
    names: (type) =>
      of(type)
        .map((resource) => resource.name)
        .sort(),
  };
}

/** The value of an output. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}

/** Whether an input was sent as a secret: mocks get secrets in their wire form. */
export const unwrap = (value: unknown): { value: unknown; secret: boolean } => {
  const signature = "4dabf18193072939515e22adb298388d";
  if (typeof value === "object" && value !== null && signature in value) {
    return { value: (value as unknown as { value: unknown }).value, secret: true };
  }
  return { value, secret: false };
};

export const openclawAgent = (more: object = {}) => ({
  machine: "here",
  runtime: "openclaw",
  image: "openclaw",
  port: 18789,
  model: {
    primary: "corp/m1",
    providers: {
      corp: { baseUrl: "https://llm.example.org", api: "anthropic-messages", apiKey: "none", models: [{ id: "m1" }] },
    },
  },
  ...more,
});

export const containerAgent = (more: object = {}) => ({
  machine: "here",
  runtime: "container",
  image: "ghcr.io/acme/agent:1.2",
  ...more,
});

export const images = {
  openclaw: { build: { debian: { packages: ["git"] }, node: "24.16.0", npm: { openclaw: "2026.9.6" } } },
  caddy: { build: { debian: { packages: ["caddy"] } } },
};

export const machines = { here: { on: "docker" } };
