import type * as pulumi from "@pulumi/pulumi";
import { Duration, type SecretRef, type TezMcpSpec, type TezRelaySpec } from "../../spec/index.js";
import { httpHealthCheck } from "../../templates/containers/health.js";
import { restartRunning } from "../../templates/services/restart.js";
import { envList, hardenedContainer } from "../containers.js";
import { HostFiles } from "../host-files.js";
import { resolveSecrets } from "../secrets.js";
import { secretEnvFile } from "./secret-env.js";
import type { ServiceArgs } from "./service.js";

const SECRETS_PATH = "/run/secrets/tez.env";

/** Reads the secrets' file and becomes the program: they are in its memory, and in nothing that Docker shows. */
const START = `set -a; . ${SECRETS_PATH}; set +a; exec "$@"`;

const STOP_SECONDS = 15;

/** What one Tezit program has that the other has not. */
interface TezProgram {
  spec: TezMcpSpec | TezRelaySpec;
  env: Record<string, string>;
  secrets: Record<string, SecretRef>;
  /** Folder of the machine that is `/data` in the container. */
  data?: string;
}

/** A Tezit program in its container, with its port on loopback and its secrets in a file of the machine. */
export function tezProgram(name: string, args: ServiceArgs, program: TezProgram, parent: pulumi.Resource) {
  const { stack, machine, network, imageOf, transform } = args;
  const { spec, data } = program;
  const user = spec.hardening.user!;
  const values: Record<string, string | SecretRef> = { ...spec.secretEnv, ...program.secrets };
  const files = new HostFiles(
    `${name}-files`,
    {
      machine,
      owner: { stack, entry: spec.name },
      files: {
        ...(data !== undefined && { [data]: { owner: user, mode: "0700" } }),
        [spec.secretsFile]: secretEnvFile(spec.name, resolveSecrets(values, args.secrets)).apply((text) => ({
          owner: user,
          mode: "0600",
          text,
        })),
      },
      afterwards: [restartRunning(spec.container)],
      transform: transform?.delivery,
    },
    { parent },
  );
  const made = hardenedContainer(
    name,
    {
      machine,
      owner: { stack, entry: spec.name },
      container: spec.container,
      image: imageOf(spec.image),
      entrypoint: ["sh", "-c", START, spec.container],
      command: spec.command,
      envs: envList({ ...program.env, ...spec.env }),
      ...spec.hardening,
      resources: spec.resources,
      volumes: [],
      machineFiles: [
        { source: spec.secretsFile, path: SECRETS_PATH, readOnly: true },
        ...(data !== undefined ? [{ source: data, path: "/data", readOnly: false }] : []),
      ],
      networks: [{ name: network.name, aliases: [spec.name] }],
      ports: [{ internal: spec.port, external: spec.port }],
      health: {
        tests: httpHealthCheck(spec.port, "/health"),
        interval: Duration.of("5s"),
        timeout: Duration.of("5s"),
        retries: 5,
        startPeriod: Duration.of("60s"),
      },
      stopSeconds: STOP_SECONDS,
      transform,
    },
    { parent, dependsOn: files },
  );
  return { files, ...made };
}
