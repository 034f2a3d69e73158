import { createServer } from "node:net";
import { type FleetSpec, isExternal } from "../spec/fleet.js";
import { runtimes } from "../spec/runtimes/index.js";

/** A port of the machine that a stack publishes, and for whom. */
export interface PublishedPort {
  port: number;
  entry: string;
  machine: string;
  address: string;
}

/** Every port that a stack's agents, services and proxies take on their machine. */
export function publishedPorts(spec: FleetSpec): PublishedPort[] {
  const ports: PublishedPort[] = [];
  for (const { name, port, machine } of Object.values(spec.agents)) {
    if (port !== undefined) ports.push({ port, entry: `agents.${name}`, machine, address: "127.0.0.1" });
  }
  for (const { name, port, machine } of Object.values(spec.services)) {
    if (port !== undefined) ports.push({ port, entry: `services.${name}`, machine, address: "127.0.0.1" });
  }
  for (const { name, port, httpPort, bind, machine } of Object.values(spec.edge).filter((edge) => !isExternal(edge))) {
    ports.push({ port, entry: `edge.${name}`, machine, address: bind });
    if (httpPort !== undefined) ports.push({ port: httpPort, entry: `edge.${name}`, machine, address: bind });
  }
  return ports;
}

/** Every port that a stack's entries name, with those that their programs derive from it. */
export function reservedPorts(spec: FleetSpec): number[] {
  const derived = Object.values(spec.agents).flatMap(({ runtime, port, ...agent }) =>
    port === undefined ? [] : runtimes[runtime].ports(port, "version" in agent ? agent.version : undefined),
  );
  return [...publishedPorts(spec).map(({ port }) => port), ...derived];
}

/** Whether this process could listen there now. */
export function isFree(port: number, address = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
