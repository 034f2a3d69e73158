import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { writeKnownHosts } from "../../engine/transport/known-hosts.mjs";
import { type ExistingMachineSpec, knownHostsFile, knownHostsLines, sshOptions } from "../../spec/index.js";
import { resolveSecrets, type Secrets } from "../secrets.js";
import { type Transform, transformed } from "../transform.js";
import type { DockerAccess } from "./machine.js";

export interface DockerAccessArgs {
  /** Name of the stack. */
  stack: string;
  /** Name of the entry in `fleet:machines`. */
  machine: string;
  /** What ssh knows the host by. Default: the machine's name. */
  alias?: pulumi.Input<string>;
  /** `ssh://user@host[:port]`, `tcp://host:port` or `unix:///path`. May be unknown until something else is made. */
  docker: pulumi.Input<string>;
  /** With ssh: the public keys by which the host is known, each `<type> <base64>`. */
  hostKeys?: pulumi.Input<string[]>;
  /** With TCP and TLS: PEM texts. */
  tls?: { ca: pulumi.Output<string>; cert: pulumi.Output<string>; key: pulumi.Output<string> };
  transform?: Transform<docker.ProviderArgs>;
}

/** The PEM texts that a machine's `tls` names. */
export function tlsOf(tls: NonNullable<ExistingMachineSpec["tls"]>, secrets: Secrets): DockerAccessArgs["tls"] {
  const { ca, cert, key } = resolveSecrets(tls, secrets);
  return { ca, cert, key };
}

/** What is known of a daemon that is reached, and how. */
export interface ReachedDocker {
  provider: docker.Provider;
  access: DockerAccess;
  /** Lines for ssh by which the host is known; kept in the state, so that a fresh clone can destroy what is there. */
  knownHosts: pulumi.Output<string[]>;
}

/** How a host is reached by ssh. */
export interface ReachedHost {
  /** Its address. Once that is known, what the host is known by is on disk, in the project's folder, where every ssh of ours runs. */
  address: pulumi.Output<string>;
  /** Options of ssh. */
  sshOpts: pulumi.Output<string[]>;
  /** Lines for ssh by which the host is known; kept in the state, so that a fresh clone can destroy what is there. */
  knownHosts: pulumi.Output<string[]>;
}

export interface HostKnowledge {
  /** Name of the stack. */
  stack: string;
  /** What ssh knows the host by. */
  alias: pulumi.Input<string>;
  address: pulumi.Input<string>;
  /** The public keys by which the host is known, each `<type> <base64>`. */
  hostKeys: pulumi.Input<string[]>;
}

/** Reaches a host by ssh, by an address that something else may have to be made for first. */
export function reachHost({ stack, alias, address, hostKeys }: HostKnowledge): ReachedHost {
  const knownHosts = pulumi.all([alias, hostKeys]).apply(([host, keys]) => knownHostsLines(host, keys));
  return {
    address: pulumi.all([address, knownHosts]).apply(([address, lines]) => {
      if (lines.length > 0) writeKnownHosts(knownHostsFile(stack), lines);
      return address;
    }),
    sshOpts: pulumi.output(alias).apply((host) => sshOptions(stack, host)),
    knownHosts,
  };
}

/** Reaches a daemon at an address: by a provider of its own, `<name>-docker`, and by the environment of scripts. */
export function reachDocker(name: string, args: DockerAccessArgs, opts: pulumi.CustomResourceOptions): ReachedDocker {
  const { stack, machine, alias = machine, hostKeys = [], tls } = args;
  const { address, sshOpts, knownHosts } = reachHost({ stack, alias, address: args.docker, hostKeys });
  const byKey = args.hostKeys === undefined ? undefined : sshOpts;
  const provider = new docker.Provider(
    ...transformed(
      args.transform,
      `${name}-docker`,
      {
        host: address,
        ...(byKey && { sshOpts: byKey }),
        ...(tls && { caMaterial: tls.ca, certMaterial: tls.cert, keyMaterial: tls.key }),
      },
      opts,
    ),
  );
  const environment = {
    DOCKER_HOST: address,
    ...(byKey && { FLEET_SSH_OPTIONS: pulumi.jsonStringify(byKey) }),
    ...(tls && { FLEET_DOCKER_TLS: pulumi.jsonStringify(tls) }),
  };
  return { provider, access: { opts: { provider }, environment }, knownHosts };
}
