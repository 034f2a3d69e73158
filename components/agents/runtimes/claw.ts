import { createPublicKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { BUILD_SERVICE_PORT, type ClawAgentSpec } from "../../../spec/index.js";
import { httpHealthCheck } from "../../../templates/containers/health.js";
import { resolveSecrets } from "../../secrets.js";
import { inContainer, specOf } from "../in-container.js";
import type { AgentContext, Runtime } from "../runtime.js";

/** Seconds that the claw's supervisor gets to end what it runs. Docker's own default. */
const STOP_SECONDS = 10;

/** A claw of Gather. All that it is told, it is told by its environment, so that every change of a setting makes its container anew. */
const claw: Runtime = (context) => {
  const spec = specOf(context, "claw");
  const { path, ...timing } = spec.health;
  return inContainer(context, {
    env: environment(context, spec),
    health: { tests: httpHealthCheck(spec.internalPort, path), ...timing },
    internalPort: spec.internalPort,
    adopted: spec.adopted,
    stopSeconds: STOP_SECONDS,
  });
};

export default claw;

function environment(context: AgentContext, spec: ClawAgentSpec): pulumi.Output<Record<string, string>> {
  const { model, telegram, identity, buildService, buildServiceUrl } = spec;
  return resolveSecrets(
    {
      MODEL_PROVIDER: model.provider,
      ANTHROPIC_API_KEY: model.apiKey,
      ANTHROPIC_API_BASE: model.baseUrl,
      ANTHROPIC_MODEL: model.name,
      TELEGRAM_BOT: telegram.bot,
      TELEGRAM_CHAT_ID: telegram.chatId,
      GATHER_PRIVATE_KEY: identity?.privateKey,
      GATHER_PUBLIC_KEY: identity?.publicKey,
      GATHER_AGENT_ID: identity?.agentId,
      GATHER_BASE_URL: spec.gatherUrl,
      CLAY_ROOT: spec.root,
      CLAY_DB: spec.database,
      BUILD_SERVICE_URL: buildService === undefined ? buildServiceUrl : `http://${buildService}:${BUILD_SERVICE_PORT}`,
    },
    context.secrets,
  ).apply(({ GATHER_PUBLIC_KEY, ...given }) => {
    const { GATHER_PRIVATE_KEY: key } = given;
    const publicKey = GATHER_PUBLIC_KEY ?? (key === undefined ? undefined : publicHalf(context.name, key));
    const variables = { ...given, GATHER_PUBLIC_KEY: publicKey };
    return Object.fromEntries(
      Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  });
}

/** The public key of a private one, both as PEM files in base64. */
function publicHalf(agent: string, key: string): string {
  try {
    const pem = createPublicKey(Buffer.from(key, "base64").toString("utf8")).export({ type: "spki", format: "pem" });
    return Buffer.from(pem).toString("base64");
  } catch {
    // What the library says could hold a part of the key.
    throw new pulumi.RunError(`${agent}: its identity.privateKey is no private key as a PEM file in base64`);
  }
}
