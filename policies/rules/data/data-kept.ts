import { isUnknown, type ResourceRule, type Subject } from "../../rule.js";
import { plainType } from "../_types.js";
import { componentsOf, DATABASES, DISKS, GCP_DATABASE, holdsData } from "./_stateful.js";

const OTHERS = [
  "digitalocean:index/domain:Domain",
  "digitalocean:index/spacesBucket:SpacesBucket",
  "cloudflare:index/zone:Zone",
  "gcp:dns/managedZone:ManagedZone",
  "gcp:storage/bucket:Bucket",
  "azure-native:dns:Zone",
];
const DESTROYED = "it is deleted with all that is in it: forceDestroy is on";

export const rule: ResourceRule = {
  id: "data-kept",
  title: "What holds data is protected, or stays when its resource goes",
  severity: "high",
  benchmarks: [],
  why:
    "A renamed entry, a changed property that forces a replacement, or an entry that is taken out deletes the disk, database or zone. " +
    "Nothing brings the data back.",
  fix:
    "set protect: true or retainOnDelete: true among the resource's options; volumes and zones of the fleet's components have the latter, " +
    "except with deleteData: true. Take forceDestroy out",
  settings: {
    retaining: {
      type: "array",
      items: { type: "string" },
      default: [
        "fleet:data:DataVolume",
        "fleet:hosts:DigitalOceanMachine",
        "fleet:dns:CloudflareZone",
        "fleet:dns:DigitalOceanZone",
      ],
      description:
        "Types of components whose data stays by itself. Pulumi does not tell policies of retainOnDelete, so it is taken from them.",
    },
    untold: {
      type: "string",
      default: "unknown",
      description:
        "What is said of what is neither protected nor in such a component: unknown, or breach to have all protected.",
    },
  },
  types: [...DISKS, ...DATABASES, ...OTHERS],
  check(subject, { retaining, untold }) {
    const { props, options } = subject;
    if (props.forceDestroy === true) return [{ breach: DESTROYED, path: "forceDestroy" }];
    if (isUnknown(props.forceDestroy)) return [{ unknown: "forceDestroy is known only later", path: "forceDestroy" }];
    if (options.protect === true || options.retainOnDelete === true || isProtectedByCloud(subject)) return [];
    const isData = holdsData(subject);
    if (isData === false) return [];
    if (options.retainOnDelete === false && isData) return [{ breach: "it is deleted with its resource" }];
    if (componentsOf(subject).some((type) => retaining.includes(type))) return [];
    if (untold === "breach" && isData) return [{ breach: "it is not protected, and nothing says that it is retained" }];
    return [{ unknown: "it is not protected, and whether it is retained is not told to policies" }];
  },
};

/** Cloud SQL is protected by its provider unless it is said otherwise. */
const isProtectedByCloud = ({ type, props }: Subject) =>
  plainType(type) === GCP_DATABASE && !isUnknown(props.deletionProtection) && props.deletionProtection !== false;
