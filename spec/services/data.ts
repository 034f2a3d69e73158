import type { ServiceSpec } from "./index.js";
import { TWENTY_DATABASE, TWENTY_PARTS } from "./twenty.js";

/** What a service keeps on its machine: all that a backup has to hold so that it can be brought back. */
export interface EntryData {
  /** Folders of the machine, as they are. */
  folders: string[];
  /** Databases, by a dump: their files mean something only while nothing writes them. */
  databases: EntryDatabase[];
}

export interface EntryDatabase {
  /** Name of the container on the machine in which PostgreSQL runs. `pg_dump -U <user> <name>` there needs no password. */
  container: string;
  user: string;
  name: string;
  /** Containers that use the database: stopped while it is put back. */
  users: string[];
}

/** What is to be backed up of a service. Secrets are not: they come from the stack file. */
export function dataOfService(service: ServiceSpec): EntryData {
  switch (service.kind) {
    case "twenty": {
      const [worker, db] = TWENTY_PARTS.map((part) => `${service.container}-${part}`);
      return {
        folders: [`${service.data}/storage`],
        databases: [{ container: db!, ...TWENTY_DATABASE, users: [service.container, worker!] }],
      };
    }
    case "tez-relay":
      return { folders: [service.data], databases: [] };
    // What the sync remembers is only how far it is; without it, it begins again and comes to the same.
    case "crm-sync":
    case "tez-mcp":
    case "build-service":
      return { folders: [], databases: [] };
  }
}
