import type { Path } from "../fleet.js";
import { edgeOf, hostOf } from "../resolve.js";
import { runtimes } from "../runtimes/index.js";
import { dotted, type Rule } from "./rule.js";

/** A host name leads to one agent, in the whole fleet. */
export const hostClashes: Rule = (drafts, report) => {
  const taken = new Map<string, Path>();
  for (const agent of drafts.agents) {
    const host = hostOf(agent, drafts);
    if (host === undefined) continue;
    const path = [...agent.path, "host"];
    const first = taken.get(host);
    if (first) report({ path, message: `host ${host} is already that of ${dotted(first)}` });
    else taken.set(host, path);
  }
};

export const hostsNeedAnEdge: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.agents) {
    if (typeof keys.host !== "string" || keys.machine === undefined) continue;
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
    const proxy = edge.keys.proxy ?? "caddy";
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
