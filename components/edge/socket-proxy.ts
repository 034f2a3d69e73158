import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Duration, Size, type SocketProxySpec } from "../../spec/index.js";
import { httpHealthCheck } from "../../templates/containers/health.js";
import { renderSocketProxy, SOCKET, SOCKET_PROXY_PORT } from "../../templates/proxy/socket-proxy.js";
import type { CommandArgs } from "../command.js";
import { ConfigFiles } from "../config-files.js";
import { type HealthCheck, hardenedContainer, startSeconds } from "../containers.js";
import type { Machine } from "../hosts/machine.js";
import { entryNetwork } from "../networks.js";
import type { Transform } from "../transform.js";

export interface SocketProxyArgs {
  /** Stack name. */
  stack: string;
  spec: SocketProxySpec;
  machine: Machine;
  /** Id of an image that has Caddy. */
  image: pulumi.Input<string>;
  transform?: SocketProxyTransforms;
}

export interface SocketProxyTransforms {
  container?: Transform<docker.ContainerArgs>;
  limits?: Transform<CommandArgs>;
  network?: Transform<docker.NetworkArgs>;
  /** The volume with its Caddyfile. */
  configVolume?: Transform<docker.VolumeArgs>;
  /** The command that delivers its Caddyfile. */
  delivery?: Transform<CommandArgs>;
}

const CONFIG_FOLDER = "/config";
const CADDYFILE = `${CONFIG_FOLDER}/Caddyfile`;
const RUN_FOLDER = "/run/caddy";

/** The socket is root's. Without capabilities, root can do with it what its owner can, and nothing else. */
const USER = "0:0";

/** It passes on short answers and one stream. */
const RESOURCES = { memory: Size.of("128MiB"), cpus: 0.5, pids: 64 };

/** Nothing is lost with a request in flight: Traefik asks again. */
const STOP_SECONDS = 5;

/** Asks Docker itself, through the proxy. */
const HEALTH: HealthCheck = {
  tests: httpHealthCheck(SOCKET_PROXY_PORT, "/_ping"),
  interval: Duration.of("5s"),
  timeout: Duration.of("3s"),
  retries: 3,
  startPeriod: Duration.of("10s"),
};

/**
 * Caddy in front of the machine's Docker socket, in a network with Traefik alone. It lets through what Traefik reads and refuses
 * everything else: whoever takes over Traefik can look at containers, their environment included, but change none.
 */
export class SocketProxy extends pulumi.ComponentResource {
  /** The network that Traefik joins. */
  readonly network: docker.Network;
  /** Docker's API for Traefik: `tcp://host:port`. */
  readonly endpoint: string;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: SocketProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:edge:SocketProxy", name, {}, opts);
    const { spec, machine, image, transform } = args;
    const { container } = spec;
    const owner = { stack: args.stack, entry: spec.name };

    this.network = entryNetwork(
      `${name}-network`,
      { machine, owner, network: container, internal: true, transform: transform?.network },
      { parent: this },
    );
    const files = new ConfigFiles(
      `${name}-files`,
      {
        machine,
        owner,
        container,
        image,
        user: USER,
        files: { Caddyfile: renderSocketProxy() },
        data: [],
        afterwards: { do: "restart", waitSeconds: startSeconds(HEALTH) },
        transform: { volume: transform?.configVolume, command: transform?.delivery },
      },
      { parent: this },
    );
    const made = hardenedContainer(
      name,
      {
        machine,
        owner,
        container,
        image,
        command: ["caddy", "run", "--config", CADDYFILE, "--adapter", "caddyfile"],
        envs: [`HOME=${RUN_FOLDER}`, `XDG_CONFIG_HOME=${RUN_FOLDER}`, `XDG_DATA_HOME=${RUN_FOLDER}`],
        user: USER,
        readOnlyRoot: true,
        init: true,
        capAdd: [],
        tmpfs: [RUN_FOLDER, "/tmp"],
        resources: RESOURCES,
        volumes: [{ volume: files.volumeName, path: CONFIG_FOLDER, readOnly: true }],
        machineFiles: [{ source: spec.socket, path: SOCKET, readOnly: true }],
        networks: [{ name: this.network.name }],
        ports: [],
        health: HEALTH,
        stopSeconds: STOP_SECONDS,
        transform: { container: transform?.container, limits: transform?.limits },
      },
      { parent: this, dependsOn: [files] },
    );

    this.endpoint = `tcp://${container}:${SOCKET_PROXY_PORT}`;
    this.nodes = { ...made, files, network: this.network };
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
