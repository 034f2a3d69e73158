import * as pulumi from "@pulumi/pulumi";
import type { MachineAddress, SharedCloud, SharedSpec, SharedZone } from "../spec/index.js";

/** What a fleet's stack outputs hold for other stacks. */
export interface SharedOutputs {
  machines?: Record<string, MachineAddress>;
  clouds?: Record<string, SharedCloud>;
  /** Image ids by machine and image. */
  images?: Record<string, Record<string, string>>;
  /** DNS zones by their entries. */
  dns?: Record<string, SharedZone>;
  services?: Record<string, SharedService>;
}

/** What another stack says of one of its services. */
export interface SharedService {
  /** URL by which an edge serves it. */
  url?: string | null;
  /** Of a CRM: whose it is. */
  team?: string;
  /** Of a CRM: whether the hub may copy it. */
  sync?: boolean;
}

/** Why the hub may not copy a team's CRM, as the end of a sentence; undefined if it may. */
export function whyNotCopied(team: string, crm: SharedService): string | undefined {
  if (crm.team === undefined) return "is no CRM: name the service that is the team's";
  if (crm.team !== team) return `is the CRM of ${crm.team}, not that of ${team}: name the team as that stack does`;
  if (crm.sync !== true)
    return `is not to be copied: write sync: true there and bring that stack up, or take ${team} out here`;
  return crm.url ? undefined : "has no URL: give it a host there and bring that stack up";
}

/** Another stack whose outputs this one uses. */
export class SharedStack {
  readonly #reference: pulumi.StackReference;
  readonly #stack: string;

  constructor(name: string, spec: SharedSpec, opts?: pulumi.CustomResourceOptions) {
    this.#stack = spec.stack;
    // By its full name: the short one means different things to different backends.
    const full = spec.stack.includes("/")
      ? spec.stack
      : `${pulumi.getOrganization()}/${pulumi.getProject()}/${spec.stack}`;
    this.#reference = new pulumi.StackReference(name, { name: full }, opts);
  }

  /** How a machine of the stack is reached. */
  machine(name: string): pulumi.Output<MachineAddress> {
    return this.#output("machines", (machines = {}) => {
      const machine = machines[name];
      if (machine !== undefined) return machine;
      throw this.#missing(`machine ${name}`, Object.keys(machines));
    });
  }

  /** What the stack has made of a cloud, for the machines of others. */
  cloud(name: string): pulumi.Output<SharedCloud> {
    return this.#output("clouds", (clouds = {}) => {
      const cloud = clouds[name];
      if (cloud !== undefined) return cloud;
      throw this.#missing(`cloud ${name}`, Object.keys(clouds));
    });
  }

  /** The id of an image that the stack has made on a machine. */
  imageId(machine: string, image: string): pulumi.Output<string> {
    return this.#output("images", (images = {}) => {
      const id = images[machine]?.[image];
      if (id !== undefined) return id;
      const known = Object.entries(images).flatMap(([on, made]) => Object.keys(made).map((one) => `${one} on ${on}`));
      throw this.#missing(`image ${image} on machine ${machine}`, known);
    });
  }

  /** The URL of a team's CRM, which that team's stack lets the hub copy. */
  crm(team: string, service: string): pulumi.Output<string> {
    return this.#output("services", (services = {}) => {
      const crm = services[service];
      if (crm === undefined) throw this.#missing(`service ${service}`, Object.keys(services));
      const refusal = whyNotCopied(team, crm);
      if (refusal) throw new pulumi.RunError(`services.${service} of the stack ${this.#stack} ${refusal}`);
      return crm.url!;
    });
  }

  /** A DNS zone that the stack has. */
  zone(name: string): pulumi.Output<SharedZone> {
    return this.#output("dns", (dns = {}) => {
      const zone = dns[name];
      if (zone !== undefined) return zone;
      throw this.#missing(`DNS zone ${name}`, Object.keys(dns));
    });
  }

  #output<K extends keyof SharedOutputs, T>(key: K, read: (value: SharedOutputs[K]) => T): pulumi.Output<T> {
    return this.#reference.getOutput(key).apply((value) => read(value as SharedOutputs[K])) as pulumi.Output<T>;
  }

  #missing(what: string, known: string[]): pulumi.RunError {
    const there = known.length > 0 ? `it has ${known.join(", ")}` : "it has none";
    return new pulumi.RunError(
      `the stack ${this.#stack} gives no ${what}: ${there}. Declare it there and bring that stack up first`,
    );
  }
}
