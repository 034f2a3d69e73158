import { didYouMean } from "../faults/suggest.js";
import type { Draft, Drafts } from "../read.js";
import type { Report } from "../rules/rule.js";
import { imageUse } from "../schema/images.js";
import { Size } from "../values/size.js";
import { atLeast } from "../values/version.js";
import type { OpenClawModel } from "./openclaw.js";
import { openClawVersion } from "./openclaw-version.js";

type Agent = Draft<"agents">;

/** Its `model`: that of other runtimes has other keys. */
const modelOf = ({ keys }: Agent) => keys.model as OpenClawModel | undefined;

/** Providers that OpenClaw knows by itself, with the variable that it takes their key from. */
const BUILT_IN: Record<string, string> = {
  anthropic: "ANTHROPIC_API_KEY",
  google: "GEMINI_API_KEY",
  openai: "OPENAI_API_KEY",
  openrouter: "OPENROUTER_API_KEY",
};

/**
 * A model's provider must be declared, or built in and given its key; a declared provider must have the model.
 *
 * @param own keys of the agent that give a built-in provider its key, by provider.
 */
export function checkModel(agent: Agent, drafts: Drafts, report: Report, own: Record<string, string[]> = {}): void {
  const { path, keys } = agent;
  const { env = {} } = keys;
  const model = modelOf(agent);
  if (!model) return;
  const names = [model.primary, ...model.fallbacks];
  names.forEach((name, index) => {
    const at = [...path, "model", ...(index === 0 ? ["primary"] : ["fallbacks", index - 1])];
    const provider = name.slice(0, name.indexOf("/"));
    const id = name.slice(provider.length + 1);
    if (Object.hasOwn(model.providers, provider)) {
      const ids = (model.providers[provider]?.models ?? []).map((known) => known.id);
      if (ids.includes(id)) return;
      const suggestion = didYouMean(
        `${provider}/${id}`,
        ids.map((known) => `${provider}/${known}`),
      );
      report({ path: at, message: `provider ${provider} has no model ${id}; it has ${ids.join(", ")}`, suggestion });
    } else if (!Object.hasOwn(BUILT_IN, provider)) {
      const suggestion = didYouMean(provider, [...Object.keys(model.providers), ...Object.keys(BUILT_IN)]);
      report({ path: at, message: `model.providers has no entry ${provider}`, suggestion });
    } else if (!Object.hasOwn(env, BUILT_IN[provider]!) && !(own[provider] && valueAt(keys, own[provider]))) {
      const key = own[provider]?.join(".") ?? BUILT_IN[provider]!;
      const add = own[provider] ? "write it" : "add it to env";
      report({
        path: at,
        message: `OpenClaw's own provider ${provider} takes its key from ${key}: ${add} as { secret: … }`,
      });
    }
  });
  checkProviderHosts(agent, drafts, report);
}

/** A provider that is an agent of this fleet is found only on a network that both are in, and on the port that it listens on. */
function checkProviderHosts(agent: Agent, drafts: Drafts, report: Report): void {
  const { path, keys, name } = agent;
  for (const [provider, { baseUrl }] of Object.entries(modelOf(agent)?.providers ?? {})) {
    const [, host = "", port] = /^https?:\/\/([^/:]+)(?::(\d+))?/.exec(baseUrl) ?? [];
    const target = drafts.agents.find((agent) => agent.name === host && agent.name !== name);
    if (!target) continue;
    const at = [...path, "model", "providers", provider, "baseUrl"];
    if (keys.reaches && !keys.reaches.includes(host)) {
      report({ path: at, message: `agent ${host} is not reached from here: add it to reaches` });
    }
    const listens = target.keys.internalPort ?? target.keys.port;
    const asked = port === undefined ? (baseUrl.startsWith("https") ? 443 : 80) : Number(port);
    if (listens !== undefined && listens !== asked) {
      report({ path: at, message: `agent ${host} listens on port ${listens} in its network, not on ${asked}` });
    }
  }
}

/** Measured: from 2026.3 on an idle gateway with its helpers takes about 1 GB, before that 0.4 GB. */
const LEAST_MEMORY = Size.of("1GiB");
const LEAST_MEMORY_OLD = Size.of("512MiB");

export function checkMemory(agent: Agent, drafts: Drafts, report: Report): void {
  const { path, keys } = agent;
  const memory = keys.resources?.memory;
  if (!memory) return;
  const version = openClawVersion(agent, drafts);
  const old = version !== undefined && !atLeast(version, "2026.3.0");
  const least = old ? LEAST_MEMORY_OLD : LEAST_MEMORY;
  if (memory.bytes >= least.bytes) return;
  report({
    path: [...path, "resources", "memory"],
    message:
      `${memory} is too little: an idle OpenClaw gateway ${version ? `of ${version} ` : ""}takes about ${old ? "400MiB" : "1GiB"}, ` +
      `so it needs ${least} at the least${old ? "" : " and 2GiB to be safe"}`,
  });
}

export function checkImage({ path, keys }: Agent, drafts: Drafts, report: Report): void {
  if (keys.image === undefined) return;
  const use = imageUse(keys.image);
  const image = "entry" in use ? drafts.images.find((entry) => entry.name === use.entry) : undefined;
  const build = image?.keys.build;
  if (!build || build.context !== undefined || image?.wrong.has("build")) return;
  const installed = build.npm && Object.hasOwn(build.npm, "openclaw") ? build.npm.openclaw : undefined;
  if (installed === undefined) {
    report({ path: [...path, "image"], message: `image ${keys.image} has no OpenClaw: add openclaw to its build.npm` });
  } else if (keys.version !== undefined && keys.version !== installed) {
    report({
      path: [...path, "version"],
      message: `image ${keys.image} has OpenClaw ${installed}, not ${keys.version}: leave version out`,
    });
  }
}

/** What Node each OpenClaw takes, by the `engines` of its npm package; the newest first. */
const NODE: { from: string; takes: (node: string) => boolean; says: string }[] = [
  {
    from: "2026.9.3",
    takes: (node) => (atLeast(node, "24.16.0") && !atLeast(node, "25.0.0")) || atLeast(node, "26.1.0"),
    says: "24.16.0 or newer of 24, or 26.1.0 or newer",
  },
  { from: "2026.7.1", takes: (node) => atLeast(node, "22.22.3"), says: "22.22.3 or newer" },
  { from: "2026.3.0", takes: (node) => atLeast(node, "22.16.0"), says: "22.16.0 or newer" },
  { from: "0.0.0", takes: (node) => atLeast(node, "22.12.0"), says: "22.12.0 or newer" },
];

export function checkNode(drafts: Drafts, report: Report): void {
  for (const { path, keys } of drafts.images) {
    const { npm, node } = keys.build ?? {};
    const version = npm && Object.hasOwn(npm, "openclaw") ? npm.openclaw : undefined;
    if (version === undefined || node === undefined) continue;
    const needs = NODE.find(({ from }) => atLeast(version, from));
    if (needs && !needs.takes(node)) {
      report({
        path: [...path, "build", "node"],
        message: `OpenClaw ${version} does not start on Node ${node}: it takes ${needs.says}`,
      });
    }
  }
}

/** Set by the fleet itself; a second source would break the gateway or lock the fleet out. */
const OWN_ENVIRONMENT =
  /^OPENCLAW_(HOME|STATE_DIR|CONFIG_PATH|GATEWAY_PORT|GATEWAY_TOKEN|GATEWAY_PASSWORD|CONFIG_READONLY)$/;
/** Settings of a gateway that no agent's `settings` may have, and what there is instead. */
export const OWN_GATEWAY_SETTINGS: { path: string[]; instead: string }[] = [
  { path: ["gateway", "mode"], instead: "is always local here" },
  { path: ["gateway", "auth", "mode"], instead: "is always token here" },
  { path: ["gateway", "auth", "token"], instead: "is generated: a new token.rotation makes a new one" },
  { path: ["gateway", "auth", "password"], instead: "is not used: the gateway has a token" },
  { path: ["models", "providers"], instead: "is the agent's model.providers" },
  { path: ["agents", "defaults", "model"], instead: "is the agent's model.primary" },
];

const OWN_SETTINGS = [
  ...OWN_GATEWAY_SETTINGS,
  { path: ["gateway", "bind"], instead: "is the fleet's own: the port is published on loopback" },
  { path: ["gateway", "port"], instead: "is the agent's internalPort" },
  { path: ["channels"], instead: "is the agent's channels" },
];

export function checkOwned({ path, keys }: Agent, report: Report, own = OWN_SETTINGS): void {
  for (const name of Object.keys(keys.env ?? {})) {
    if (OWN_ENVIRONMENT.test(name))
      report({ path: [...path, "env", name], at: "key", message: "is set by the fleet itself: take it out" });
  }
  for (const { path: below, instead } of own) {
    if (valueAt(keys.settings, below) !== undefined)
      report({ path: [...path, "settings", ...below], at: "key", message: instead });
  }
}

function valueAt(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, key)
        ? (node as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
