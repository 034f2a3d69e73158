import type { Path } from "../fleet.js";
import { edgeOf, hostOf } from "../resolve.js";
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
    const { tls, email, domain = "", bind } = keys;
    if (tls !== "acme") {
      if (email !== undefined)
        report({ path: [...path, "email"], at: "key", message: `is used with tls: acme only, and tls is ${tls}` });
      continue;
    }
    if (email === undefined) report({ path: [...path, "email"], message: "is missing: tls: acme needs a contact" });
    if (/(^|\.)(localhost|local|internal|test|lan)$/.test(domain)) {
      report({ path: [...path, "tls"], message: `no public authority certifies ${domain}: write tls: internal` });
    }
    if (bind === "127.0.0.1") {
      report({
        path: [...path, "bind"],
        message: "tls: acme needs an address that the authority can reach: leave bind out",
      });
    }
  }
};
