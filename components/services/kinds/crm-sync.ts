import { readdirSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type CrmSyncSpec, Duration, TWENTY_PORT } from "../../../spec/index.js";
import { ConfigFiles } from "../../config-files.js";
import { envList, hardenedContainer, startSeconds } from "../../containers.js";
import { DataVolume } from "../../data/volume.js";
import { resolveSecrets } from "../../secrets.js";
import {
  type Service,
  type ServiceArgs,
  type ServiceOutputs,
  serviceOutputs,
  serviceSpecOf,
  stackVolume,
} from "../service.js";

const PROGRAM = new URL("../../../templates/services/crm-sync/", import.meta.url);
const FOLDER = "/etc/crm-sync";
const SETTINGS = "settings.json";
const DATA = "/data";

const STOP_SECONDS = 5;

const HEALTH = {
  tests: ["CMD", "node", `${FOLDER}/health.mjs`, `${FOLDER}/${SETTINGS}`],
  interval: Duration.of("30s"),
  timeout: Duration.of("10s"),
  retries: 3,
  startPeriod: Duration.of("10s"),
};

/**
 * The hub: reads the CRMs of teams with GET and writes copies into the CRM of its own stack, in whose network it is. Which address is
 * read and which is written is settled here: a team that lets nobody copy it fails the plan, and the hub is no team.
 */
export default class CrmSync extends pulumi.ComponentResource implements Service {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:services:CrmSync", name, {}, opts);
    const { stack, machine, network, transform } = args;
    const spec = serviceSpecOf(args, "crm-sync");
    const owner = { stack, entry: spec.name };
    const image = args.imageOf(spec.image);
    const data = new DataVolume(
      `${name}-data`,
      {
        machine,
        owner,
        volume: "data",
        dockerName: stackVolume(owner, "data"),
        // How far the copying is: without it, it begins again and comes to the same.
        deleteData: true,
        transform: { volume: transform?.volume },
      },
      { parent: this },
    );
    const files = new ConfigFiles(
      `${name}-files`,
      {
        machine,
        owner,
        container: spec.container,
        image,
        user: spec.hardening.user,
        files: { ...programFiles(), [SETTINGS]: settingsOf(spec, args) },
        data: [{ volume: data.volumeName }],
        afterwards: { do: "restart", waitSeconds: startSeconds(HEALTH) },
        transform: { volume: transform?.volume, command: transform?.delivery },
      },
      { parent: this },
    );
    const made = hardenedContainer(
      name,
      {
        machine,
        owner,
        container: spec.container,
        image,
        command: ["node", `${FOLDER}/main.mjs`, `${FOLDER}/${SETTINGS}`],
        envs: envList({ NODE_ENV: "production" }),
        ...spec.hardening,
        resources: spec.resources,
        volumes: [
          { volume: files.volumeName, path: FOLDER, readOnly: true },
          { volume: data.volumeName, path: DATA, readOnly: false },
        ],
        networks: [{ name: network.name, aliases: [spec.name] }],
        ports: [],
        health: HEALTH,
        stopSeconds: STOP_SECONDS,
        transform,
      },
      { parent: this, dependsOn: files },
    );
    this.nodes = { files, data, ...made };
    this.outputs = serviceOutputs(args);
    this.registerOutputs({ outputs: this.outputs });
  }
}

function programFiles(): Record<string, string> {
  const names = readdirSync(PROGRAM).filter((name) => name.endsWith(".mjs"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, PROGRAM), "utf8")]));
}

/** What the program is told. Keys are in it: it is a secret, and a file that only the program reads. */
function settingsOf(spec: CrmSyncSpec, { served, shared, secrets }: ServiceArgs): pulumi.Output<string> {
  const teams = Object.entries(spec.teams).map(([team, { shared: stack, service, key }]) =>
    pulumi
      .all([shared[stack]!.crm(team, service), resolveSecrets(key, secrets)])
      .apply(([url, key]) => [team, { url, key }] as const),
  );
  return pulumi.all([pulumi.all(teams), resolveSecrets(spec.key, secrets)]).apply(([teams, key]) =>
    JSON.stringify({
      folder: DATA,
      intervalSeconds: spec.interval.seconds,
      hub: { url: `http://${served!.container}:${TWENTY_PORT}`, key },
      teams: Object.fromEntries(teams),
      teamField: spec.teamField,
    }),
  );
}
