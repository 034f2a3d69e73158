import * as pulumi from "@pulumi/pulumi";
import type { BaselineSpec } from "../../spec/index.js";
import {
  type BaselineInput,
  baselineBundle,
  userData as bundleUserData,
  joinTailscale,
  TAILSCALE_KEY,
} from "../../templates/baseline/index.js";
import { HostFiles } from "../host-files.js";
import type { Ownership } from "../labels.js";
import { resolveSecrets, type Secrets } from "../secrets.js";
import type { HostAccess } from "./host.js";
import type { Machine } from "./machine.js";

export interface BaselineArgs {
  machine: Pick<Machine, "entry" | "host">;
  stack: string;
  spec: BaselineSpec;
  /** The user that the fleet logs in as. */
  user: string;
  /** Public keys that let this user in, besides those that the host has. Default: none. */
  keys?: string[];
  secrets: Secrets;
}

/**
 * What every host of ours has, on one that lives: a change of it gets there without a new host. The key by which the host joins a
 * Tailscale network travels by itself, since no user data may hold it.
 */
export class Baseline extends pulumi.ComponentResource {
  readonly nodes: { files: HostFiles; tailscale?: HostFiles };

  constructor(name: string, args: BaselineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:hosts:Baseline", name, {}, opts);
    const { machine, stack, spec, user, keys = [], secrets } = args;
    const owner = (part: string): Ownership => ({ stack, entry: `${machine.entry}-${part}` });
    const files = new HostFiles(
      `${name}-files`,
      { machine, owner: owner("baseline"), ...baselineBundle(baselineInput(spec, user, keys)) },
      { parent: this },
    );
    this.nodes = { files };
    if (spec.tailscale) {
      const { authKey, hostname = machine.entry } = spec.tailscale;
      this.nodes.tailscale = new HostFiles(
        `${name}-tailscale`,
        {
          // Tailscale itself is there by then.
          machine: { entry: machine.entry, host: machine.host && after(files, machine.host) },
          owner: owner("tailscale"),
          files: resolveSecrets({ [TAILSCALE_KEY]: { text: authKey, mode: "0600" } }, secrets),
          afterwards: joinTailscale(hostname),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

const after = (resource: pulumi.Resource, { environment, opts }: HostAccess): HostAccess => ({
  environment,
  opts: pulumi.mergeOptions(opts, { dependsOn: [resource] }),
});

/** User data of a host that is about to be made, by which it is what its baseline says from the first boot on. No secret is in it. */
export function baselineUserData(spec: BaselineSpec, user: string, keys: string[]): string {
  try {
    return bundleUserData(baselineInput(spec, user, keys));
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}

function baselineInput(spec: BaselineSpec, user: string, keys: string[]): BaselineInput {
  const { fail2ban, journal, tailscale, upgrades, open, ...rest } = spec;
  return {
    ...rest,
    user,
    keys,
    open: open.map((one) => (typeof one === "number" ? { port: one, protocol: "tcp" as const } : one)),
    tailscale: tailscale !== undefined,
    fail2ban: {
      maxRetry: fail2ban.maxRetry,
      findSeconds: fail2ban.findTime.seconds,
      banSeconds: fail2ban.banTime.seconds,
    },
    reboot: upgrades.reboot,
    journal: { bytes: journal.size.bytes, seconds: journal.keep.seconds },
  };
}
