import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, type Found, later, valueAt } from "../_values.js";
import { CONTAINER, hasHostNetwork, SERVICE } from "./_containers.js";

/** Addresses that stand for every interface of the machine. */
const EVERYWHERE = new Set(["", "0.0.0.0", "::", "[::]", "*"]);

/** Ports below it are the system's. */
const FIRST_FREE = 1024;

export const rule: ResourceRule = {
  id: "container-ports",
  title: "Ports are published on a chosen address, and below 1024 only those of the web",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 5.8", "CIS Docker 1.6.0 5.14"],
  why:
    "Without an address Docker publishes on every interface, and past the host's firewall, whose rules it goes " +
    "around. A gateway that was meant for loopback is then in the Internet.",
  fix:
    "in the stack file `port` is always on loopback, and an edge serves it to the outside. In a container of your " +
    'own give the port an address: `ip: "127.0.0.1"`. A port that all are to reach goes into the setting ' +
    "`publicPorts`",
  types: [CONTAINER, SERVICE],
  settings: {
    publicPorts: {
      type: "array",
      items: { type: "integer" },
      default: [80, 443],
      description: "Ports of the machine that may be published on every interface, and below 1024.",
    },
  },
  check({ type, props }, { publicPorts }) {
    const ports = new Set(publicPorts as number[]);
    if (type === SERVICE) return elementsAt(props, "endpointSpec.ports").flatMap((port) => ofService(port, ports));
    // In the machine's network Docker publishes nothing: there is a rule of its own for that.
    if (hasHostNetwork(props)) return [];
    const all = valueAt(props, "publishAllPorts");
    return [
      ...elementsAt(props, "ports").flatMap((port) => ofContainer(port, ports)),
      ...(isUnknown(all) ? [later("publishAllPorts")] : []),
      ...(all === true
        ? [{ breach: "it publishes every port of its image on every interface", path: "publishAllPorts" }]
        : []),
    ];
  },
};

function ofContainer({ path, value }: Found, publicPorts: Set<number>): Verdict[] {
  if (isUnknown(value)) return [later(path)];
  const [ip, external] = [valueAt(value, "ip"), valueAt(value, "external")];
  const port = isUnknown(external) ? undefined : Number(textOf(external));
  if (port !== undefined && publicPorts.has(port)) return [];
  const verdicts: Verdict[] = [];
  if (isUnknown(ip)) verdicts.push(later(`${path}.ip`));
  else if (EVERYWHERE.has(textOf(ip)) && port !== undefined)
    verdicts.push({ breach: `${named(port, value)} is published on every interface`, path: `${path}.ip` });
  if (port === undefined) verdicts.push(later(`${path}.external`));
  else verdicts.push(...low(port, `${path}.external`));
  return verdicts;
}

/** A service's port is on every interface of each node: there is no address to choose. */
function ofService({ path, value }: Found, publicPorts: Set<number>): Verdict[] {
  const published = isUnknown(value) ? value : valueAt(value, "publishedPort");
  if (isUnknown(published)) return [later(path)];
  const port = Number(textOf(published));
  return publicPorts.has(port)
    ? []
    : [{ breach: `port ${port || "that Docker chooses"} is published on every interface of each node`, path }];
}

const low = (port: number, path: string): Verdict[] =>
  port > 0 && port < FIRST_FREE ? [{ breach: `port ${port} is below ${FIRST_FREE}`, path }] : [];

/** Without an `external` one Docker takes one that is free. */
const named = (port: number, value: Props) =>
  port > 0 ? `port ${port}` : `port ${textOf(valueAt(value, "internal"))} of the container`;
