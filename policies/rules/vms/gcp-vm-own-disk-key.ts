import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

const DISKS = ["gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk"];
/** Each stands for a key of one's own. */
const OF_DISK = ["diskEncryptionKey.kmsKeySelfLink", "diskEncryptionKey.rawKey", "diskEncryptionKey.rsaEncryptedKey"];
const OF_BOOT_DISK = ["kmsKeySelfLink", "diskEncryptionKeyRaw", "diskEncryptionKeyRsa"];

export const rule: ResourceRule = {
  id: "gcp-vm-own-disk-key",
  title: "Disks of critical GCP machines are encrypted with a key of one's own",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.7", "CKV_GCP_37", "CKV_GCP_38", "GCP-0033"],
  why: "With Google's own key, whoever may read the disk may read the data. A key of one's own can be taken away, also from snapshots.",
  fix: "set bootDisk.kmsKeySelfLink (of a disk: diskEncryptionKey.kmsKeySelfLink) to a key of Cloud KMS; it makes the disk anew",
  settings: {
    criticalLabel: {
      type: "string",
      default: "critical",
      description: 'Label that says that a machine or disk is critical, with any value but "false".',
    },
    all: { type: "boolean", default: false, description: "Takes every machine and disk for critical." },
  },
  types: [...GCP_MACHINES, ...DISKS],
  check({ type, props }, { criticalLabel, all }) {
    if (!all) {
      const label = isUnknown(props.labels) ? props.labels : props.labels?.[criticalLabel];
      if (isUnknown(label)) return [{ unknown: "whether it is critical is known only later", path: "labels" }];
      if (label === undefined || label === "false") return [];
    }
    return breachesFirst(verdictsOf(type, props));
  },
};

function verdictsOf(type: string, props: Props): Verdict[] {
  if (DISKS.includes(type)) return demandKey(props, OF_DISK, "");
  if (type !== "gcp:compute/instance:Instance") {
    return elementsAt(props, "disks").flatMap(({ value, path }) =>
      // A disk that exists brings its own.
      isUnknown(value) ? [later(path)] : value.source === undefined ? demandKey(value, OF_DISK, `${path}.`) : [],
    );
  }
  const machineKey = valueAt(props, "instanceEncryptionKey.kmsKeySelfLink");
  if (machineKey !== undefined && !isUnknown(machineKey)) return [];
  if (isUnknown(props.bootDisk)) return [later("bootDisk")];
  if (props.bootDisk?.source !== undefined) return [];
  return demandKey(props.bootDisk ?? {}, OF_BOOT_DISK, "bootDisk.");
}

/** A key that is known only later, such as one that is made in the same stack, is a key all the same. */
function demandKey(props: Props, places: string[], under: string): Verdict[] {
  if (places.some((place) => valueAt(props, place) !== undefined)) return [];
  return [{ breach: "its disk is encrypted with Google's key only", path: `${under}${places[0]}` }];
}
