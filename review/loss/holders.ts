import type { Json, JsonMap } from "../types.js";

/** A kind of resource that holds data which no program can make again. */
interface Holder {
  /** Of the type's token. */
  type: RegExp;
  /** What it is, in words. */
  what: string;
  /** Whether this one holds data, by its inputs. Default: it does. */
  holds?(inputs: JsonMap): boolean;
}

/** Types of a package, as `package:module/type:Type`. */
const of = (pack: string, types: string): RegExp => new RegExp(`^${pack}:\\w+(/\\w+)?:(${types})$`);

/** Types of a module of azure-native, of whatever API version. */
const azure = (module: string, types: string): RegExp => new RegExp(`^azure-native:${module}(/v\\w+)?:(${types})$`);

/** Types of a module of gcp, where the same type's name means different things in different modules. */
const gcp = (module: string, types: string): RegExp => new RegExp(`^gcp:${module}/\\w+:(${types})$`);

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A boot disk that is a resource of its own, and stays when the machine goes, is judged by itself. */
function hasOwnBootDisk({ bootDisk }: JsonMap): boolean {
  return !isMap(bootDisk) || bootDisk.autoDelete !== false || bootDisk.source === undefined;
}

/** A libvirt domain without disks, or with nothing but CDs, has nothing to lose. */
function hasDisks({ disks, devices }: JsonMap): boolean {
  const list = disks ?? (isMap(devices) ? devices.disks : undefined);
  if (list === undefined) return false;
  return !Array.isArray(list) || list.some((disk) => !isMap(disk) || disk.device !== "cdrom");
}

const HOLDERS: Holder[] = [
  { type: of("docker", "Volume"), what: "volume" },

  { type: of("digitalocean", "Volume"), what: "volume" },
  { type: of("digitalocean", "Droplet"), what: "droplet" },
  { type: of("digitalocean", "DatabaseCluster"), what: "database cluster" },
  { type: of("digitalocean", "DatabaseDb"), what: "database" },
  { type: of("digitalocean", "DatabaseKafkaTopic"), what: "Kafka topic" },
  { type: of("digitalocean", "Domain"), what: "DNS zone" },
  { type: of("digitalocean", "SpacesBucket"), what: "bucket" },
  { type: of("digitalocean", "ContainerRegistry|ContainerRegistries"), what: "container registry" },
  { type: of("digitalocean", "Nfs"), what: "file share" },

  { type: gcp("compute", "Disk|RegionDisk"), what: "disk" },
  { type: gcp("compute", "Instance"), what: "VM", holds: hasOwnBootDisk },
  { type: gcp("sql", "DatabaseInstance"), what: "database server" },
  { type: gcp("sql", "Database"), what: "database" },
  { type: gcp("(alloydb|bigtable|redis|memorystore|spanner)", "Cluster|Instance"), what: "database server" },
  { type: gcp("(firestore|spanner)", "Database"), what: "database" },
  { type: gcp("bigquery", "Dataset|Table"), what: "table" },
  { type: gcp("dns", "ManagedZone"), what: "DNS zone" },
  { type: gcp("storage", "Bucket"), what: "bucket" },
  { type: gcp("filestore", "Instance"), what: "file share" },
  { type: gcp("artifactregistry", "Repository"), what: "container registry" },

  { type: azure("compute", "Disk"), what: "disk" },
  { type: azure("compute", "VirtualMachine|VirtualMachineScaleSet"), what: "VM" },
  { type: azure("dbfor(postgresql|mysql|mariadb)", "Server|FlexibleServer|SingleServer"), what: "database server" },
  { type: azure("dbfor(postgresql|mysql|mariadb)", "Database"), what: "database" },
  { type: azure("sql", "Server|ManagedInstance"), what: "database server" },
  { type: azure("sql", "Database|ManagedDatabase"), what: "database" },
  { type: azure("(documentdb|cosmosdb)", "DatabaseAccount|MongoCluster"), what: "database server" },
  { type: azure("(cache|redis)", "Redis|RedisEnterprise"), what: "database server" },
  { type: azure("(network|dns|privatedns)", "Zone|PrivateZone"), what: "DNS zone" },
  { type: azure("storage", "StorageAccount"), what: "storage account" },
  { type: azure("storage", "FileShare"), what: "file share" },
  { type: azure("storage", "BlobContainer"), what: "bucket" },
  { type: azure("storage", "Table"), what: "table" },
  { type: azure("storage", "Queue"), what: "queue" },
  { type: azure("containerregistry", "Registry"), what: "container registry" },

  { type: of("cloudflare", "Zone"), what: "DNS zone" },
  // What routes and clients know is its id: a new one is another tunnel.
  { type: of("cloudflare", "(ZeroTrust)?Tunnel(Cloudflared|WarpConnector)?|ArgoTunnel"), what: "tunnel" },
  { type: of("cloudflare", "R2Bucket"), what: "bucket" },
  { type: of("cloudflare", "D1Database"), what: "database" },
  { type: of("cloudflare", "WorkersKvNamespace"), what: "key-value store" },

  { type: of("libvirt", "Volume"), what: "volume" },
  { type: of("libvirt", "Pool"), what: "storage pool" },
  { type: of("libvirt", "Domain"), what: "VM", holds: hasDisks },
];

/** Below these, by a URN's chain of types, is nothing that a run would not make again: files of ours, and copies of others' data. */
const MADE_AGAIN = /[:$](fleet:files:ConfigFiles|fleet:services:CrmSync\$fleet:data:DataVolume)\$[^$]*$/;

/**
 * What a resource holds data in, in words: `volume`, `droplet`, `DNS zone`. Undefined: nothing is lost with it.
 *
 * @param inputs where they are known; otherwise it is taken to hold what its type can hold
 */
export function dataHolder({ urn, type }: { urn: string; type: string }, inputs?: JsonMap): string | undefined {
  const holder = HOLDERS.find((each) => each.type.test(type));
  if (!holder || MADE_AGAIN.test(typeChain(urn))) return undefined;
  return inputs === undefined || (holder.holds?.(inputs) ?? true) ? holder.what : undefined;
}

/** `:parent$child`, with the types of a URN from the outside in. A type has no `::` in it, a name may. */
const typeChain = (urn: string): string => `:${urn.split("::")[2] ?? ""}`;
