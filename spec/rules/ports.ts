import type { Path } from "../fleet.js";
import type { Draft } from "../read.js";
import { edgePort, httpPort } from "../resolve.js";
import { runtimes } from "../runtimes/index.js";
import { openClawVersion } from "../runtimes/openclaw-version.js";
import { dotted, type Rule } from "./rule.js";

/** Whose a port is: that of the entry, or one that its program derives from it. */
interface Taken {
  path: Path;
  port: number;
}

/** Two things cannot listen on one port of one machine. */
export const portClashes: Rule = (drafts, report) => {
  const taken = new Map<string, Map<number, Taken>>();
  const take = (machine: string | undefined, port: number | undefined, path: Path, spread = alone) => {
    if (machine === undefined || port === undefined) return;
    const ports = taken.get(machine) ?? new Map<number, Taken>();
    taken.set(machine, ports);
    const clash = spread(port).find((each) => ports.has(each));
    if (clash === undefined) {
      for (const each of spread(port)) ports.set(each, { path, port });
      return;
    }
    const first = ports.get(clash)!;
    let free = port + 1;
    while (spread(free).some((each) => ports.has(each))) free++;
    report({
      path,
      message:
        `port ${clash} of machine ${machine}${clash === port ? "" : `, which comes with ${port},`} is already that of ` +
        `${dotted(first.path)}${clash === first.port ? "" : `, with its ${first.port}`}`,
      suggestion: Math.max(...spread(free)) <= 65535 ? `${free} is free in this file` : undefined,
    });
  };
  for (const { path, keys, wrong } of drafts.edge) {
    // Of a port that is wrong by itself nobody knows which one is meant: it is not the default.
    if (wrong.has("port") || wrong.has("tls") || keys.external) continue;
    take(keys.machine, edgePort(keys), [...path, "port"]);
    const second = httpPort(keys);
    if (second !== undefined) take(keys.machine, second, [...path, keys.httpPort === undefined ? "tls" : "httpPort"]);
  }
  const isSpread = ({ keys }: Draft<"agents">) => keys.runtime !== undefined && runtimes[keys.runtime].onHostNetwork;
  const others = drafts.agents.filter((agent) => !isSpread(agent));
  for (const { path, keys } of [...others, ...drafts.services]) take(keys.machine, keys.port, [...path, "port"]);
  // Last: what takes many ports makes way for what takes one.
  for (const agent of drafts.agents.filter(isSpread)) {
    const { ports } = runtimes[agent.keys.runtime!];
    const version = openClawVersion(agent, drafts);
    take(agent.keys.machine, agent.keys.port, [...agent.path, "port"], (port) => ports(port, version));
  }
};

const alone = (port: number) => [port];
