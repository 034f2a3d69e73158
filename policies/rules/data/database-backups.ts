import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import { breachesFirst, demand, later, valueAt } from "../_values.js";
import { AZURE_DATABASE, CLASSIC_DATABASE, GCP_DATABASE } from "./_stateful.js";

const GCP_AT = "settings.backupConfiguration";
/** What the clouds keep where nothing is said, in days. */
const AZURE_DEFAULT = 7;
const GCP_DEFAULT = 7;

/** DigitalOcean keeps seven days of every cluster's, and lets nobody change it. */
export const rule: ResourceRule = {
  id: "database-backups",
  title: "Managed databases have backups, for a week at least",
  severity: "high",
  benchmarks: ["CIS GCP 4.0 6.7", "CKV_GCP_14", "GCP-0024"],
  why: "A mistake in the data is often found days later. Cloud SQL makes no backups unless it is told to.",
  fix:
    "GCP: settings.backupConfiguration.enabled true, with backupRetentionSettings; Azure: backup.backupRetentionDays; of the fleet: " +
    "retentionDays of the database's entry",
  settings: {
    days: { type: "number", default: 7, description: "For how many days backups are kept at least." },
  },
  types: [GCP_DATABASE, AZURE_DATABASE, CLASSIC_DATABASE],
  check({ type, props }, { days }) {
    const enough = (otherwise: number) => (value: unknown) => Number(value ?? otherwise) >= days;
    const tooShort = `it keeps backups for less than ${days} days`;
    switch (plainType(type)) {
      case GCP_DATABASE:
        return breachesFirst(ofGoogle(props, days));
      case AZURE_DATABASE:
        return demand(props, "backup.backupRetentionDays", enough(AZURE_DEFAULT), tooShort);
      default:
        return demand(props, "backupRetentionDays", enough(AZURE_DEFAULT), tooShort);
    }
  },
  // Backups are turned on while the database runs.
  remedy({ type, props }) {
    const enabled = valueAt(props, `${GCP_AT}.enabled`);
    if (plainType(type) !== GCP_DATABASE || isReplica(props) || isUnknown(enabled) || enabled === true)
      return undefined;
    const { settings } = props;
    return {
      ...props,
      settings: { ...settings, backupConfiguration: { ...settings?.backupConfiguration, enabled: true } },
    };
  },
};

/** A replica has those of the instance that it follows. */
const isReplica = (props: Props) => props.masterInstanceName !== undefined;

function ofGoogle(props: Props, days: number): Verdict[] {
  if (isReplica(props)) return [];
  const kept = valueAt(props, `${GCP_AT}.backupRetentionSettings.retainedBackups`);
  const path = `${GCP_AT}.backupRetentionSettings.retainedBackups`;
  return [
    ...demand(props, `${GCP_AT}.enabled`, (value) => value === true, "it has no backups"),
    ...(isUnknown(kept)
      ? [later(path)]
      : Number(kept ?? GCP_DEFAULT) < days
        ? [{ breach: `it keeps less than ${days} daily backups`, path }]
        : []),
  ];
}
