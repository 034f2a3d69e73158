import * as pulumi from "@pulumi/pulumi";
import { Duration } from "../../../spec/index.js";
import { tcpHealthCheck } from "../../../templates/containers/health.js";
import { RUN_FOLDER, renderCaddyfile } from "../../../templates/proxy/caddyfile.js";
import { ConfigFiles } from "../../config-files.js";
import { type HealthCheck, hardenedContainer } from "../../containers.js";
import { DataVolume } from "../../data/volume.js";
import { type Edge, type EdgeArgs, type EdgeOutputs, edgeUrl, inPlaceOf, loopbackRoutes } from "../edge.js";

const CONFIG_FOLDER = "/config";
const CADDYFILE = `${CONFIG_FOLDER}/Caddyfile`;
const DATA_FOLDER = "/data";

/** Seconds for requests in flight: Caddy's grace period, and a little. */
const STOP_SECONDS = 15;

/** A user of no rights. A port below 1024 is only opened by root, held to that one capability. */
const USER = "1000:1000";
const ROOT = "0:0";
const FIRST_FREE_PORT = 1024;

/**
 * Caddy on a machine's own network stack: there it reaches every agent on the machine's loopback address, so that another agent
 * is another line in a file which Caddy reloads, with nothing replaced and no request dropped. Agents stay in networks of
 * their own.
 */
export default class Caddy extends pulumi.ComponentResource implements Edge {
  readonly outputs: pulumi.Output<EdgeOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:edge:Caddy", name, {}, inPlaceOf("Traefik", opts));
    const { machine, transform } = args;
    const { spec } = args;
    if (spec.proxy !== "caddy") throw new Error(`${name} is no Caddy`);
    const image = args.imageOf(spec.image);
    const owner = { stack: args.stack, entry: spec.name };
    const { container } = spec;
    const isPrivileged = Math.min(spec.port, spec.httpPort ?? spec.port) < FIRST_FREE_PORT;
    const user = isPrivileged ? ROOT : USER;

    // An authority that is made anew is trusted by nobody, and public ones limit how often they issue.
    const data =
      spec.tls === "off"
        ? undefined
        : new DataVolume(
            `${name}-data`,
            {
              machine,
              owner,
              volume: "data",
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
        program: "caddy",
        image,
        user,
        files: { Caddyfile: renderCaddyfile({ ...spec, routes: loopbackRoutes(args.hosts) }) },
        data: data ? [{ volume: data.volumeName }] : [],
        afterwards: { do: "exec", command: ["caddy", "reload", "--config", CADDYFILE, "--adapter", "caddyfile"] },
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
        envs: [`HOME=${DATA_FOLDER}`, `XDG_CONFIG_HOME=${RUN_FOLDER}`, `XDG_DATA_HOME=${DATA_FOLDER}`],
        user,
        readOnlyRoot: true,
        init: true,
        capAdd: isPrivileged ? ["NET_BIND_SERVICE"] : [],
        tmpfs: [RUN_FOLDER, "/tmp", ...(data ? [] : [DATA_FOLDER])],
        resources: spec.resources,
        volumes: [
          { volume: files.volumeName, path: CONFIG_FOLDER, readOnly: true },
          ...(data ? [{ volume: data.volumeName, path: DATA_FOLDER, readOnly: false }] : []),
        ],
        ports: [],
        health: healthCheck(spec.port),
        stopSeconds: STOP_SECONDS,
        transform: { container: transform?.container, limits: transform?.limits },
      },
      { parent: this, dependsOn: [files] },
    );

    this.nodes = { ...made, files, ...(data && { dataVolume: data }) };
    this.outputs = made.container.name.apply((container) => ({ container, url: edgeUrl(spec, spec.domain) }));
    this.registerOutputs({ outputs: this.outputs });
  }
}

function healthCheck(port: number): HealthCheck {
  return {
    tests: tcpHealthCheck(port),
    interval: Duration.of("5s"),
    timeout: Duration.of("3s"),
    retries: 3,
    startPeriod: Duration.of("10s"),
  };
}
