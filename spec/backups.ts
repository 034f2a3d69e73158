import type { FleetSpec } from "./fleet.js";
import type { AgentSpec } from "./runtimes/index.js";
import type { BackupSpec } from "./schema/backups.js";
import type { ServiceSpec } from "./services/index.js";

/** What an entry keeps on its machine: all that a backup has to hold so that it can be brought back. */
export interface DataOf {
  /** Folders of the machine, as they are. */
  folders: string[];
  /** Databases, by a dump: their files mean something only while nothing writes them. */
  databases: {
    /** Container in which PostgreSQL runs. `pg_dump -U <user> <name>` there needs no password. */
    container: string;
    user: string;
    name: string;
    /** Containers that use the database: stopped while it is put back. */
    users: string[];
  }[];
}

/** What an agent keeps in folders of its machine. Its Docker volumes are found on the machine, by their labels. */
export function dataOfAgent(agent: AgentSpec): DataOf {
  const folders = "folder" in agent && typeof agent.folder === "string" ? [`${agent.folder}/data`] : [];
  return { folders, databases: [] };
}

/** What a service keeps in folders of its machine, and in databases. */
export function dataOfService(service: ServiceSpec): DataOf {
  const folders = "data" in service && typeof service.data === "string" ? [service.data] : [];
  return { folders, databases: [] };
}

/** What a backup holds, by entry: every agent and service of its machine. */
export function backedUp(spec: FleetSpec, machine: string): Record<string, DataOf> {
  const here = <T extends { machine: string }>(entries: Record<string, T>) =>
    Object.values(entries).filter((entry) => entry.machine === machine);
  return Object.fromEntries([
    ...here(spec.agents).map((agent) => [agent.name, dataOfAgent(agent)] as const),
    ...here(spec.services).map((service) => [service.name, dataOfService(service)] as const),
  ]);
}

/** The backup that holds an entry. */
export function backupOf(spec: FleetSpec, entry: string): BackupSpec | undefined {
  const machine = spec.agents[entry]?.machine ?? spec.services[entry]?.machine;
  return Object.values(spec.backups).find((backup) => backup.machine === machine);
}
