import * as pulumi from "@pulumi/pulumi";
import { type AgentSpec, Duration, type TraefikEdgeSpec } from "../../../spec/index.js";
import {
  ACME_FOLDER,
  type FileRoute,
  PLAIN_PORT,
  ROUTES_FILE,
  ROUTES_FOLDER,
  renderTraefikConfig,
  renderTraefikRoutes,
  SECURE_PORT,
  STATIC_FILE,
  TRAEFIK_FOLDER,
} from "../../../templates/proxy/traefik.js";
import { ConfigFiles } from "../../config-files.js";
import { type HealthCheck, hardenedContainer, startSeconds } from "../../containers.js";
import { DataVolume } from "../../data/volume.js";
import { type Edge, type EdgeArgs, type EdgeOutputs, edgeUrl, inPlaceOf } from "../edge.js";
import { SocketProxy } from "../socket-proxy.js";

/** A user of no rights: the ports in the container are for everybody, and Docker publishes them. */
const USER = "1000:1000";

/** Seconds for requests in flight: Traefik's grace period, and a little. */
const STOP_SECONDS = 15;

const CONFIG_FILE = `--configFile=${TRAEFIK_FOLDER}/${STATIC_FILE}`;

const HEALTH: HealthCheck = {
  // Traefik's own way, so that its image needs nothing else.
  tests: ["CMD", "traefik", "healthcheck", CONFIG_FILE],
  interval: Duration.of("5s"),
  timeout: Duration.of("6s"),
  retries: 3,
  startPeriod: Duration.of("20s"),
};

/**
 * Traefik in a Docker network with the agents that it serves. It learns of them from their containers' labels, read through a proxy
 * that keeps it from Docker itself, or from a file that it watches; either way another agent changes nothing of its own.
 */
export default class Traefik extends pulumi.ComponentResource implements Edge {
  readonly outputs: pulumi.Output<EdgeOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:edge:Traefik", name, {}, inPlaceOf("Caddy", opts));
    const { machine, spec, network, transform } = args;
    if (spec.proxy !== "traefik" || spec.image === undefined || network === undefined) {
      throw new Error(`${name} is no Traefik that could be made`);
    }
    const image = args.imageOf(spec.image);
    const owner = { stack: args.stack, entry: spec.name };
    const { container } = spec;

    const socketProxy =
      spec.socketProxy && spec.discovery === "labels"
        ? new SocketProxy(
            `${name}-socket`,
            {
              stack: args.stack,
              spec: spec.socketProxy,
              machine,
              image: args.imageOf(spec.socketProxy.image),
              transform: transform?.socketProxy,
            },
            { parent: this },
          )
        : undefined;
    const data =
      spec.tls === "off"
        ? undefined
        : new DataVolume(
            `${name}-acme`,
            {
              machine,
              owner,
              volume: "acme",
              dockerName: spec.volume,
              ...(transform?.volume && { transform: { volume: transform.volume } }),
            },
            { parent: this },
          );
    const files = new ConfigFiles(
      `${name}-files`,
      {
        machine,
        owner,
        container,
        program: "traefik",
        image,
        user: USER,
        files: filesOf(spec, args.agents, socketProxy?.endpoint),
        data: data ? [{ volume: data.volumeName }] : [],
        afterwards: { do: "restart", waitSeconds: startSeconds(HEALTH), watched: ROUTES_FOLDER },
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
        command: ["traefik", CONFIG_FILE],
        envs: [],
        user: USER,
        readOnlyRoot: true,
        init: true,
        capAdd: [],
        tmpfs: ["/tmp"],
        resources: spec.resources,
        volumes: [
          { volume: files.volumeName, path: TRAEFIK_FOLDER, readOnly: true },
          ...(data ? [{ volume: data.volumeName, path: ACME_FOLDER, readOnly: false }] : []),
        ],
        networks: [{ name: network.name }, ...(socketProxy ? [{ name: socketProxy.network.name }] : [])],
        ports: portsOf(spec),
        health: HEALTH,
        stopSeconds: STOP_SECONDS,
        transform: { container: transform?.container, limits: transform?.limits },
      },
      { parent: this, dependsOn: [files, ...(socketProxy ? [socketProxy] : [])] },
    );

    this.nodes = { ...made, files, ...(data && { dataVolume: data }), ...(socketProxy && { socketProxy }) };
    this.outputs = made.container.name.apply((container) => ({ container, url: edgeUrl(spec, spec.domain) }));
    this.registerOutputs({ outputs: this.outputs });
  }
}

function filesOf(spec: TraefikEdgeSpec, agents: AgentSpec[], docker: string | undefined): Record<string, string> {
  return {
    [STATIC_FILE]: renderTraefikConfig({ ...spec, docker }),
    ...(docker === undefined && { [ROUTES_FILE]: renderTraefikRoutes(spec, agents.map(routeTo)) }),
  };
}

/** An agent is in the edge's network under its container's name: the rules see to it that it listens on a port there. */
const routeTo = ({ container, host, internalPort }: AgentSpec): FileRoute => ({
  name: container,
  host: host!,
  url: `http://${container}:${internalPort}`,
});

function portsOf({ bind, port, httpPort }: TraefikEdgeSpec) {
  if (httpPort === undefined) return [{ internal: PLAIN_PORT, external: port, ip: bind }];
  return [
    { internal: SECURE_PORT, external: port, ip: bind },
    { internal: PLAIN_PORT, external: httpPort, ip: bind },
  ];
}
