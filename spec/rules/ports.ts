import type { Path } from "../fleet.js";
import type { Draft, Drafts } from "../read.js";
import { edgePort, httpPort } from "../resolve.js";
import { runtimes } from "../runtimes/index.js";
import { openClawVersion } from "../runtimes/openclaw-version.js";
import { dotted, type Rule } from "./rule.js";

/** A port that an entry names, with those that its program derives from it. */
interface Claim {
  machine: string;
  path: Path;
  port: number;
  /** All ports that would come with a port, that one first. */
  spread: (port: number) => number[];
}

/** Two things cannot listen on one port of one machine. */
export const portClashes: Rule = (drafts, report) => {
  const claims = claimsOf(drafts);
  const taken = new Map<string, Claim>();
  const key = (machine: string, port: number) => `${machine} ${port}`;
  for (const claim of claims) {
    const { machine, path, port, spread } = claim;
    const clash = spread(port).find((each) => taken.has(key(machine, each)));
    if (clash === undefined) {
      for (const each of spread(port)) taken.set(key(machine, each), claim);
      continue;
    }
    const first = taken.get(key(machine, clash))!;
    const free = nextFree(claim, claims);
    report({
      path,
      message:
        `port ${clash} of machine ${machine}${clash === port ? "" : `, which comes with ${port},`} is already that of ` +
        `${dotted(first.path)}${clash === first.port ? "" : `, with its ${first.port}`}`,
      suggestion: free === undefined ? undefined : `${free} is free in this file`,
    });
  }
};

/** Every port in a file; last those that bring others with them, so that they make way for what takes one. */
function claimsOf(drafts: Drafts): Claim[] {
  const { edge, agents, services } = drafts;
  const claims: Claim[] = [];
  const take = (machine: string | undefined, port: number | undefined, path: Path, spread = alone) => {
    if (machine !== undefined && port !== undefined) claims.push({ machine, path, port, spread });
  };
  for (const { path, keys, wrong } of edge) {
    // Of a port that is wrong by itself nobody knows which one is meant: it is not the default.
    if (wrong.has("port") || wrong.has("tls") || keys.external) continue;
    take(keys.machine, edgePort(keys), [...path, "port"]);
    const second = httpPort(keys);
    if (second !== undefined) take(keys.machine, second, [...path, keys.httpPort === undefined ? "tls" : "httpPort"]);
  }
  const isSpread = ({ keys }: Draft<"agents">) => keys.runtime !== undefined && runtimes[keys.runtime].onHostNetwork;
  const others = agents.filter((agent) => !isSpread(agent));
  for (const { path, keys } of [...others, ...services]) take(keys.machine, keys.port, [...path, "port"]);
  for (const agent of agents.filter(isSpread)) {
    const { ports } = runtimes[agent.keys.runtime!];
    const version = openClawVersion(agent, drafts);
    take(agent.keys.machine, agent.keys.port, [...agent.path, "port"], (port) => ports(port, version));
  }
  return claims;
}

const alone = (port: number) => [port];

/** The first port above a claim's that nothing else in the file takes, nor any of those that come with it. */
function nextFree({ machine, port, spread, path }: Claim, claims: Claim[]): number | undefined {
  const others = claims.filter((other) => other.machine === machine && dotted(other.path) !== dotted(path));
  const taken = new Set(others.flatMap((other) => other.spread(other.port)));
  let free = port + 1;
  while (spread(free).some((each) => taken.has(each))) free++;
  return Math.max(...spread(free)) <= 65535 ? free : undefined;
}
