import type { Path } from "../fleet.js";
import { edgeOf, hostOf, serviceHostOf } from "../resolve.js";
import { runtimes } from "../runtimes/index.js";
import { programOf } from "../schema/edge.js";
import { isHost } from "../schema/machines.js";
import { dotted, type Rule } from "./rule.js";

/** A host name leads to one agent or service, in the whole fleet. */
export const hostClashes: Rule = (drafts, report) => {
  const taken = new Map<string, Path>();
  const hosts = [
    ...drafts.agents.map((agent) => ({ host: hostOf(agent, drafts), path: [...agent.path, "host"] })),
    ...drafts.services.map((service) => ({ host: serviceHostOf(service), path: [...service.path, "host"] })),
  ];
  for (const { host, path } of hosts) {
    if (host === undefined) continue;
    const first = taken.get(host);
    if (first) report({ path, message: `host ${host} is already that of ${dotted(first)}` });
    else taken.set(host, path);
  }
};

export const hostsNeedAnEdge: Rule = (drafts, report) => {
  const given = [
    ...drafts.agents.map(({ path, keys }) => ({ path, keys, host: keys.host })),
    ...drafts.services.map((service) => ({ ...service, host: serviceHostOf(service) })),
  ];
  for (const { path, keys, host } of given) {
    if (typeof host !== "string" || keys.machine === undefined) continue;
    // An edge whose machine could not be read may be the one that was meant.
    if (edgeOf(keys.machine, drafts) || drafts.edge.some((edge) => edge.keys.machine === undefined)) continue;
    report({
      path: [...path, "host"],
      message: `no edge serves machine ${keys.machine}: declare one in fleet:edge, or leave host out`,
    });
  }
};

/** What an edge serves it has to reach: over the machine's loopback address, or in a network with it. */
export const edgeReaches: Rule = (drafts, report) => {
  for (const agent of drafts.agents) {
    const { path, keys } = agent;
    const edge = edgeOf(keys.machine, drafts);
    if (!edge || !keys.runtime || hostOf(agent, drafts) === undefined) continue;
    const proxy = programOf(edge.keys.proxy);
    const at = [...path, typeof keys.host === "string" ? "host" : "runtime"];
    if (!runtimes[keys.runtime].servedBy(proxy)) {
      report({
        path: at,
        message: `no agent with the runtime ${keys.runtime} can be served by ${proxy}, which ${dotted(edge.path)} is: write host: false, or another proxy there`,
      });
    } else if (proxy === "caddy" && keys.port === undefined) {
      report({
        path: [...path, "port"],
        message: `is missing: ${dotted(edge.path)} reaches the agent on this port of the machine`,
      });
    } else if (!edge.keys.external && meetsElsewhere(keys.network, edge.keys.network)) {
      report({
        path: [...path, "network"],
        message: `${dotted(edge.path)} reaches the agent in the network ${edge.keys.network} only: leave this out, or host: false`,
      });
    }
  }
};

/** Services are reached by a port of the machine, and carry no labels that Traefik would find them by. */
export const edgeServesServices: Rule = (drafts, report) => {
  for (const service of drafts.services) {
    const edge = edgeOf(service.keys.machine, drafts);
    if (serviceHostOf(service) === undefined || edge?.keys.proxy !== "traefik") continue;
    report({
      path: [...service.path, "host"],
      message: `services are served by Caddy only, and ${dotted(edge.path)} is Traefik: leave host out, or change the proxy there`,
    });
  }
};

/** What Caddy as a service of the host needs: a host, and Caddy on it. */
export const nativeEdgeOnAHost: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.edge) {
    if (keys.proxy !== "caddy-native") continue;
    const machine = drafts.machines.find(({ name }) => name === keys.machine);
    if (machine === undefined || machine.wrong.has("docker") || machine.keys.on === undefined) continue;
    if (!isHost(machine.keys)) {
      report({
        path: [...path, "machine"],
        message: `of ${machine.name} only the Docker daemon is in reach, and caddy-native is a service of the host: reach it by ssh://, or write proxy: caddy`,
      });
    }
    const { baseline }: { on?: string; baseline?: { caddy?: boolean } } = machine.keys;
    if (baseline?.caddy === false) {
      report({
        path: [...path, "proxy"],
        message: `needs Caddy on the host, and the baseline of ${machine.name} says caddy: false`,
      });
    }
  }
};

/** Somebody else's proxy may be in more networks than we know of. */
const meetsElsewhere = (own: string | undefined, edge: string | undefined) =>
  own !== undefined && edge !== undefined && own !== edge;

export const oneEdgeAMachine: Rule = (drafts, report) => {
  for (const edge of drafts.edge) {
    const first = edgeOf(edge.keys.machine, drafts);
    if (first && first !== edge) {
      report({
        path: [...edge.path, "machine"],
        message: `machine ${first.keys.machine} is already served by ${dotted(first.path)}`,
      });
    }
  }
};

export const edgeTls: Rule = (drafts, report) => {
  for (const { path, keys, wrong } of drafts.edge) {
    if (wrong.has("tls") || wrong.has("email")) continue;
    const { tls, email, domain = "", bind, external, proxy } = keys;
    if (external) continue;
    if (tls !== "acme") {
      if (keys.httpPort !== undefined)
        report({ path: [...path, "httpPort"], at: "key", message: `is used with tls: acme only, and tls is ${tls}` });
      if (email !== undefined)
        report({ path: [...path, "email"], at: "key", message: `is used with tls: acme only, and tls is ${tls}` });
      continue;
    }
    if (email === undefined) report({ path: [...path, "email"], message: "is missing: tls: acme needs a contact" });
    if (/(^|\.)(localhost|local|internal|test|lan)$/.test(domain)) {
      const other = proxy === "traefik" ? "off" : "internal";
      report({ path: [...path, "tls"], message: `no public authority certifies ${domain}: write tls: ${other}` });
    }
    if (bind === "127.0.0.1") {
      report({
        path: [...path, "bind"],
        message: "tls: acme needs an address that the authority can reach: leave bind out",
      });
    }
  }
};
