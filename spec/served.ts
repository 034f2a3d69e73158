import type { FleetSpec, Path } from "./fleet.js";
import type { EdgeSpec } from "./schema/edge.js";

/** A host name that an edge serves, and what answers it. */
export interface ServedHost {
  host: string;
  /** `["agents", "ada"]`. */
  entry: Path;
  machine: string;
  /** The edge's entry. */
  edge: string;
  /** Port on the machine's loopback address; undefined for what the edge meets in a Docker network. */
  port?: number;
}

/** What services that answer people have in common, whatever their kind. */
interface Answering {
  host?: string;
  port?: number;
}

/** Every host name that the edges of a stack serve, agents' first, in the order of the file. */
export function servedHosts({ agents, services, edge }: Pick<FleetSpec, "agents" | "services" | "edge">): ServedHost[] {
  const ofAgents = Object.values(agents).flatMap(({ name, host, edge, machine, port }): ServedHost[] =>
    host === undefined || edge === undefined ? [] : [served(host, ["agents", name], machine, edge, port)],
  );
  const ofServices = Object.values(services).flatMap((service): ServedHost[] => {
    const { host, port }: Answering = service;
    const server = Object.values(edge).find(({ machine }) => machine === service.machine);
    return host === undefined || !server
      ? []
      : [served(host, ["services", service.name], service.machine, server.name, port)];
  });
  return [...ofAgents, ...ofServices];
}

const served = (host: string, entry: Path, machine: string, edge: string, port: number | undefined): ServedHost => ({
  host,
  entry,
  machine,
  edge,
  ...(port !== undefined && { port }),
});

/** Whether what an edge serves is reached by others than the machine itself. */
export const isPublic = ({ bind }: Pick<EdgeSpec, "bind">) => bind !== "127.0.0.1";
