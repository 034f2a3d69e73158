import type { FleetSpec } from "./fleet.js";
import type { AgentSpec } from "./runtimes/index.js";
import type { BackupSpec } from "./schema/backups.js";
import { dataOfService, type EntryData } from "./services/data.js";

/** What an agent keeps in folders of its machine. Its Docker volumes are found on the machine, by their labels. */
export function dataOfAgent(agent: AgentSpec): EntryData {
  const folders = "folder" in agent && typeof agent.folder === "string" ? [`${agent.folder}/data`] : [];
  return { folders, databases: [] };
}

/** What a backup holds, by entry: every agent and service of its machine. */
export function backedUp(spec: FleetSpec, machine: string): Record<string, EntryData> {
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
