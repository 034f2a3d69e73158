import type { Gateway, Json, JsonObject, ModelProvider } from "./gateway.js";

/** A gateway's log file may not fill its volume; the container's own log has the same lines and rotates. */
const LOG_FILE_BYTES = 20_000_000;

/** The part of openclaw.json that every version since 2026.2 reads alike. */
export function commonConfig(gateway: Gateway): JsonObject {
  return {
    logging: { level: "info", file: `${gateway.stateDir}/logs/gateway.log`, maxFileBytes: LOG_FILE_BYTES },
    // A version is what the stack config says: nothing is looked up, and nothing changes by itself.
    update: { checkOnStart: false, auto: { enabled: false } },
    gateway: {
      mode: "local",
      port: gateway.port,
      // Always said: some versions take every address, others loopback only, where it is missing.
      bind: "lan",
      auth: {
        mode: "token",
        token: gateway.token,
        rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 60_000 },
      },
      trustedProxies: gateway.trustedProxies,
      controlUi: { enabled: true, allowedOrigins: gateway.allowedOrigins },
      reload: { mode: "hybrid" },
      tailscale: { mode: "off" },
    },
    discovery: { mdns: { mode: "off" } },
    models: { mode: "merge", providers: mapValues(gateway.model.providers, provider) },
    agents: {
      defaults: {
        // Always said: the default depends on the version and does not follow the state folder.
        workspace: gateway.workspace,
        // Otherwise the gateway fills in files of its own beside the declared ones.
        skipBootstrap: true,
        model: { primary: gateway.model.primary, fallbacks: gateway.model.fallbacks },
      },
    },
    // From a chat, neither the declared configuration nor the running gateway is to be changed.
    commands: { config: false, restart: false },
    channels: gateway.channels,
  };
}

function provider(from: ModelProvider): JsonObject {
  return compact({
    baseUrl: from.baseUrl,
    api: from.api,
    apiKey: from.apiKey,
    headers: from.headers,
    models: from.models.map((model) =>
      compact({
        id: model.id,
        name: model.name ?? model.id,
        reasoning: model.reasoning,
        input: model.input,
        contextWindow: model.contextWindow,
        maxTokens: model.maxTokens,
      }),
    ),
  });
}

/** A question to a running gateway over HTTP, for curl and for the Node.js that runs the gateway. */
export interface Probe {
  port: number;
  path: string;
  method: "GET" | "POST";
  /** Arguments of curl that print what `grep` looks for. */
  curl: string;
  /** Pattern of grep: the answer of a gateway that is ready. */
  grep: string;
  /** The same as a condition on `response`, of fetch. */
  condition: string;
}

/**
 * A command that exits with 0 when the gateway answers as it should. With curl where the image has it: Node.js needs a hundred
 * times the CPU for it, every few seconds, when an agent starts on a busy machine most of all.
 */
export function probe({ port, path, method, curl, grep, condition }: Probe): string[] {
  const url = `http://127.0.0.1:${port}${path}`;
  const node = `fetch("${url}",{method:"${method}"}).then(async(response)=>process.exit(${condition}?0:1)).catch(()=>process.exit(1))`;
  const line = [
    `if command -v curl >/dev/null; then curl -s -X ${method} ${curl} ${url} | grep -q '${grep}'`,
    `else exec node -e '${node}'`,
    "fi",
  ].join("; ");
  return ["sh", "-c", line];
}

function compact(object: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject;
}

function mapValues<T>(object: Record<string, T>, map: (value: T) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
