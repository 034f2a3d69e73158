import type { Path } from "../fleet.js";
import { edgePort, httpPort } from "../resolve.js";
import { dotted, type Rule } from "./rule.js";

/** Two things cannot listen on one port of one machine. */
export const portClashes: Rule = (drafts, report) => {
  const taken = new Map<string, Map<number, Path>>();
  const take = (machine: string | undefined, port: number | undefined, path: Path) => {
    if (machine === undefined || port === undefined) return;
    const ports = taken.get(machine) ?? new Map<number, Path>();
    taken.set(machine, ports);
    const first = ports.get(port);
    if (!first) {
      ports.set(port, path);
      return;
    }
    let free = port + 1;
    while (ports.has(free)) free++;
    report({
      path,
      message: `port ${port} of machine ${machine} is already that of ${dotted(first)}`,
      suggestion: free <= 65535 ? `${free} is free in this file` : undefined,
    });
  };
  for (const { path, keys, wrong } of drafts.edge) {
    // Of a port that is wrong by itself nobody knows which one is meant: it is not the default.
    if (wrong.has("port") || wrong.has("tls") || keys.external) continue;
    take(keys.machine, edgePort(keys), [...path, "port"]);
    const second = httpPort(keys);
    if (second !== undefined) take(keys.machine, second, [...path, keys.httpPort === undefined ? "tls" : "httpPort"]);
  }
  for (const { path, keys } of [...drafts.agents, ...drafts.services]) take(keys.machine, keys.port, [...path, "port"]);
};
