import * as pulumi from "@pulumi/pulumi";
import type { OpenClawAgentSpec } from "../../../spec/index.js";
import { formatFor, literal, renderOpenClawConfig } from "../../../templates/openclaw/config.js";
import type { Gateway } from "../../../templates/openclaw/gateway.js";
import { type HealthCheck, startSeconds } from "../../containers.js";
import { gatewayAddress } from "../../networks.js";
import { resolveSecrets } from "../../secrets.js";
import { gatewayToken } from "../gateway-token.js";
import { CONFIG_FOLDER, inContainer, specOf } from "../in-container.js";
import type { AgentContext, Runtime } from "../runtime.js";

const CONFIG_FILE = "openclaw.json";
/** Where a new configuration is read for the first time. */
const CHECK_FOLDER = "/tmp/check";

/** Seconds that a gateway gets to finish the turns it is in: it waits up to 315 s for them, and 10 s more. */
const STOP_SECONDS = 330;

/**
 * An OpenClaw gateway in a container. The gateway watches openclaw.json: a change, a new token among them, is taken up without
 * a restart of the container. Secrets stand in that file, which only the gateway's user can read, and nowhere else.
 */
const openclaw: Runtime = (context) => {
  const spec = specOf(context, "openclaw");
  const format = formatFor(spec.version);
  const { token, password } = gatewayToken(context, spec.token);

  const stateDir = spec.volumes.state!.path;
  const ready = format.health(spec.internalPort);
  const health: HealthCheck = { tests: ["CMD", ...ready], ...spec.health };
  const deployed = inContainer(context, {
    command: ["openclaw", "gateway", "run"],
    env: {
      HOME: stateDir.replace(/\/[^/]+$/, "") || "/",
      OPENCLAW_STATE_DIR: stateDir,
      OPENCLAW_CONFIG_PATH: `${CONFIG_FOLDER}/${CONFIG_FILE}`,
      ...format.environment,
    },
    files: config(context, spec, token).apply((text) => ({ [CONFIG_FILE]: text })),
    dataFiles: {
      state: resolveSecrets(spec.workspace.files, context.secrets).apply((files) =>
        Object.fromEntries(Object.entries(files).map(([path, text]) => [`${WORKSPACE}/${path}`, text])),
      ),
    },
    ...(format.validate && {
      check: {
        command: format.validate,
        env: {
          HOME: "/tmp",
          OPENCLAW_STATE_DIR: "/tmp/state",
          OPENCLAW_CONFIG_PATH: `${CHECK_FOLDER}/${CONFIG_FILE}`,
        },
        folder: CHECK_FOLDER,
      },
    }),
    // Reloads by itself; some keys make it start over within the container.
    afterwards: { do: "await", command: ready, waitSeconds: startSeconds(health) },
    health,
    internalPort: spec.internalPort,
    stopSeconds: STOP_SECONDS,
  });
  return { ...deployed, token, nodes: { ...deployed.nodes, token: password } };
};

export default openclaw;

/** The agent's workspace, below the state folder. */
const WORKSPACE = "workspace";

/** What of openclaw.json may hold secrets. */
interface Configured {
  providers: OpenClawAgentSpec["model"]["providers"];
  channels: object;
  settings: object;
}

function config(context: AgentContext, spec: OpenClawAgentSpec, token: pulumi.Output<string>): pulumi.Output<string> {
  const { primary, fallbacks, providers } = spec.model;
  const networks = [...(context.network ? [context.network] : []), ...context.reaches];
  const stateDir = spec.volumes.state!.path;
  return pulumi
    .all([
      token,
      resolveSecrets<Configured>(
        { providers, channels: spec.channels, settings: spec.settings },
        context.secrets,
        literal,
      ),
      // The edge runs beside the container, so that its requests come from the machine's address in the container's network.
      pulumi.all(networks.map(gatewayAddress)),
    ])
    .apply(([token, { providers, channels, settings }, trustedProxies]) =>
      renderOpenClawConfig(spec.version, {
        port: spec.internalPort,
        token,
        trustedProxies,
        allowedOrigins: [
          `http://127.0.0.1:${spec.port}`,
          `http://localhost:${spec.port}`,
          ...(context.url === undefined ? [] : [context.url]),
        ],
        stateDir,
        workspace: `${stateDir}/${WORKSPACE}`,
        model: { primary, fallbacks, providers },
        channels,
        settings,
      } as Gateway),
    );
}
