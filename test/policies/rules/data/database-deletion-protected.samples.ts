import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const sql = (props: object) => ({ name: "db", type: "gcp:sql/databaseInstance:DatabaseInstance", props });
const azure = (type = "azure-native:dbforpostgresql:Server", dependsOn: string[] = []) => ({
  name: "db",
  type,
  props: { serverName: "db" },
  dependsOn,
});
const group = { name: "group", type: "azure-native:resources:ResourceGroup", props: {} };
const lock = (dependsOn: string[], scope: unknown = UNKNOWN) => ({
  name: "lock",
  type: "azure-native:authorization:ManagementLockByScope",
  props: { level: "CanNotDelete", scope },
  dependsOn,
});
const cluster = (options?: { protect: boolean }) => ({
  name: "db",
  type: "digitalocean:index/databaseCluster:DatabaseCluster",
  props: { engine: "pg" },
  ...(options && { options }),
});

export const samples: Samples<StackSample> = {
  passing: [
    { name: "gcp", resources: [sql({ deletionProtection: true, settings: { deletionProtectionEnabled: true } })] },
    { name: "gcp, provider's by default", resources: [sql({ settings: { deletionProtectionEnabled: true } })] },
    { name: "azure, lock on it", resources: [azure(), lock(["db"])] },
    { name: "azure, lock on its group", resources: [group, azure(undefined, ["group"]), lock(["group"])] },
    {
      name: "azure, lock that names it",
      resources: [azure(), lock([], "/subscriptions/s/providers/x/flexibleServers/db")],
    },
    { name: "digitalocean", resources: [cluster({ protect: true })] },
  ],
  failing: [
    {
      name: "gcp, nothing said",
      resources: [sql({ settings: { tier: "db-f1-micro" } })],
      says: "everybody else may delete it",
    },
    {
      name: "gcp, not by its provider",
      resources: [sql({ deletionProtection: false, settings: { deletionProtectionEnabled: true } })],
      says: "its provider may delete it",
    },
    { name: "azure, nothing", resources: [azure()], about: ["db"], says: "no lock" },
    { name: "azure, another one's lock", resources: [azure(), lock([], "/x/flexibleServers/other")] },
    { name: "azure, older API", resources: [azure("azure-native:dbforpostgresql/v20240801:Server")] },
    { name: "azure classic", resources: [azure("azure:postgresql/flexibleServer:FlexibleServer")] },
    { name: "digitalocean, nothing", resources: [cluster()] },
  ],
  unknown: [
    { name: "gcp, settings later", resources: [sql({ settings: UNKNOWN })] },
    {
      name: "gcp, provider's later",
      resources: [sql({ deletionProtection: UNKNOWN, settings: { deletionProtectionEnabled: true } })],
    },
    { name: "azure, what is locked later", resources: [azure(), lock([])], about: ["db"] },
  ],
};
