import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const AZURE = "azure-native:dbforpostgresql:Server";
const CLASSIC = "azure:postgresql/flexibleServer:FlexibleServer";
const sql = (backupConfiguration?: unknown) => ({ settings: { tier: "db-f1-micro", backupConfiguration } });
const kept = (retainedBackups: unknown) => sql({ enabled: true, backupRetentionSettings: { retainedBackups } });

export const samples: Samples = {
  passing: [
    { name: "gcp", props: sql({ enabled: true }) },
    { name: "gcp, two weeks", props: kept(14) },
    { name: "gcp, replica", props: { masterInstanceName: "db", ...sql() } },
    { name: "azure, a week by default", type: AZURE, props: {} },
    { name: "azure, two weeks", type: AZURE, props: { backup: { backupRetentionDays: 14 } } },
    { name: "azure classic", type: CLASSIC, props: { backupRetentionDays: 7 } },
    { name: "three days are enough", settings: { days: 3 }, props: kept(3) },
  ],
  failing: [
    {
      name: "gcp, nothing said",
      props: sql(),
      says: "no backups",
      remedied: { settings: { tier: "db-f1-micro", backupConfiguration: { enabled: true } } },
    },
    {
      name: "gcp, off",
      props: sql({ enabled: false, startTime: "03:00" }),
      remedied: { settings: { tier: "db-f1-micro", backupConfiguration: { enabled: true, startTime: "03:00" } } },
    },
    { name: "gcp, three days", props: kept(3), says: "less than 7" },
    { name: "azure, more demanded", settings: { days: 14 }, type: AZURE, props: {} },
    {
      name: "azure, more demanded, older API",
      settings: { days: 14 },
      type: "azure-native:dbforpostgresql/v20240801:Server",
      props: { backup: { backupRetentionDays: 7 } },
    },
    { name: "azure classic, more demanded", settings: { days: 14 }, type: CLASSIC, props: { backupRetentionDays: 7 } },
  ],
  unknown: [
    { name: "gcp, settings later", props: { settings: UNKNOWN } },
    { name: "gcp, how many are kept later", props: kept(UNKNOWN) },
    { name: "azure, later", type: AZURE, props: { backup: UNKNOWN } },
    { name: "azure classic, later", type: CLASSIC, props: { backupRetentionDays: UNKNOWN } },
  ],
};
