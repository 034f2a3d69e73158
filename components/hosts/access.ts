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
  /** Name of the entry in `fleet:machines`: by it ssh knows the host. */
  machine: string;
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

/**
 * Reaches a daemon at an address: by a provider of its own, `<name>-docker`, and by the environment of scripts. What a daemon
 * that is reached by ssh is known by is on disk before anything dials: in the project's folder, where every ssh of ours runs.
 */
export function reachDocker(name: string, args: DockerAccessArgs, opts: pulumi.CustomResourceOptions): ReachedDocker {
  const { stack, machine, tls } = args;
  const knownHosts = pulumi.output(args.hostKeys ?? []).apply((keys) => knownHostsLines(machine, keys));
  const host = pulumi.all([args.docker, knownHosts]).apply(([address, lines]) => {
    if (lines.length > 0) writeKnownHosts(knownHostsFile(stack), lines);
    return address;
  });
  const sshOpts = args.hostKeys === undefined ? undefined : sshOptions(stack, machine);
  const provider = new docker.Provider(
    ...transformed(
      args.transform,
      `${name}-docker`,
      {
        host,
        ...(sshOpts && { sshOpts }),
        ...(tls && { caMaterial: tls.ca, certMaterial: tls.cert, keyMaterial: tls.key }),
      },
      opts,
    ),
  );
  const environment = {
    DOCKER_HOST: host,
    ...(sshOpts && { FLEET_SSH_OPTIONS: JSON.stringify(sshOpts) }),
    ...(tls && { FLEET_DOCKER_TLS: pulumi.jsonStringify(tls) }),
  };
  return { provider, access: { opts: { provider }, environment }, knownHosts };
}
