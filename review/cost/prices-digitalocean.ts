/** Dollars a month for a droplet: what it is capped at, the same in every region. */
export const DROPLETS: Record<string, number> = {
  // Basic, and Premium of AMD and Intel.
  "s-1vcpu-512mb-10gb": 4,
  "s-1vcpu-1gb": 6,
  "s-1vcpu-1gb-amd": 7,
  "s-1vcpu-1gb-intel": 7,
  "s-1vcpu-1gb-35gb-intel": 8,
  "s-1vcpu-2gb": 12,
  "s-1vcpu-2gb-amd": 14,
  "s-1vcpu-2gb-intel": 14,
  "s-1vcpu-2gb-70gb-intel": 16,
  "s-2vcpu-2gb": 18,
  "s-2vcpu-2gb-amd": 21,
  "s-2vcpu-2gb-intel": 21,
  "s-2vcpu-2gb-90gb-intel": 24,
  "s-2vcpu-4gb": 24,
  "s-2vcpu-4gb-amd": 28,
  "s-2vcpu-4gb-intel": 28,
  "s-2vcpu-4gb-120gb-intel": 32,
  "s-2vcpu-8gb-amd": 42,
  "s-2vcpu-8gb-160gb-intel": 48,
  "s-4vcpu-8gb": 48,
  "s-4vcpu-8gb-amd": 56,
  "s-4vcpu-8gb-intel": 56,
  "s-4vcpu-8gb-240gb-intel": 64,
  "s-4vcpu-16gb-amd": 84,
  "s-4vcpu-16gb-320gb-intel": 96,
  "s-8vcpu-16gb": 96,
  "s-8vcpu-16gb-amd": 112,
  "s-8vcpu-16gb-intel": 112,
  "s-8vcpu-16gb-480gb-intel": 128,
  "s-8vcpu-32gb-amd": 168,
  "s-8vcpu-32gb-640gb-intel": 192,
  // CPU-optimized.
  "c-2": 42,
  "c-4": 84,
  "c-8": 168,
  "c-16": 336,
  "c-32": 672,
  "c-48": 1008,
  "c2-2vcpu-4gb": 47,
  "c2-4vcpu-8gb": 94,
  "c2-8vcpu-16gb": 188,
  "c2-16vcpu-32gb": 376,
  "c2-32vcpu-64gb": 752,
  "c2-48vcpu-96gb": 1128,
  "c-4-intel": 109,
  "c-8-intel": 218,
  "c-16-intel": 437,
  "c-32-intel": 874,
  "c-48-intel": 1310,
  "c-60-intel": 1639,
  "c2-4vcpu-8gb-intel": 122,
  "c2-8vcpu-16gb-intel": 244,
  "c2-16vcpu-32gb-intel": 489,
  "c2-32vcpu-64gb-intel": 978,
  "c2-48vcpu-96gb-intel": 1466,
  "c2-60vcpu-120gb-intel": 1834,
  // General purpose.
  "g-2vcpu-8gb": 63,
  "g-4vcpu-16gb": 126,
  "g-8vcpu-32gb": 252,
  "g-16vcpu-64gb": 504,
  "g-32vcpu-128gb": 1008,
  "g-40vcpu-160gb": 1260,
  "gd-2vcpu-8gb": 68,
  "gd-4vcpu-16gb": 136,
  "gd-8vcpu-32gb": 272,
  "gd-16vcpu-64gb": 544,
  "gd-32vcpu-128gb": 1088,
  "gd-40vcpu-160gb": 1360,
  "g-2vcpu-8gb-intel": 76,
  "g-4vcpu-16gb-intel": 151,
  "g-8vcpu-32gb-intel": 302,
  "g-16vcpu-64gb-intel": 605,
  "g-32vcpu-128gb-intel": 1210,
  "g-48vcpu-192gb-intel": 1814,
  "gd-2vcpu-8gb-intel": 79,
  "gd-4vcpu-16gb-intel": 158,
  "gd-8vcpu-32gb-intel": 317,
  "gd-16vcpu-64gb-intel": 634,
  "gd-32vcpu-128gb-intel": 1268,
  "gd-48vcpu-192gb-intel": 1901,
  // Memory-optimized.
  "m-2vcpu-16gb": 84,
  "m-4vcpu-32gb": 168,
  "m-8vcpu-64gb": 336,
  "m-16vcpu-128gb": 672,
  "m-24vcpu-192gb": 1008,
  "m-32vcpu-256gb": 1344,
  "m3-2vcpu-16gb": 104,
  "m3-4vcpu-32gb": 208,
  "m3-8vcpu-64gb": 416,
  "m3-16vcpu-128gb": 832,
  "m3-24vcpu-192gb": 1248,
  "m3-32vcpu-256gb": 1664,
  "m6-2vcpu-16gb": 131,
  "m6-4vcpu-32gb": 262,
  "m6-8vcpu-64gb": 524,
  "m6-16vcpu-128gb": 1048,
  "m6-24vcpu-192gb": 1572,
  "m-2vcpu-16gb-intel": 99,
  "m-4vcpu-32gb-intel": 198,
  "m-8vcpu-64gb-intel": 396,
  "m-16vcpu-128gb-intel": 792,
  "m-24vcpu-192gb-intel": 1188,
  "m-32vcpu-256gb-intel": 1584,
  "m3-2vcpu-16gb-intel": 110,
  "m3-4vcpu-32gb-intel": 220,
  "m3-8vcpu-64gb-intel": 440,
  "m3-16vcpu-128gb-intel": 880,
  "m3-24vcpu-192gb-intel": 1320,
  "m3-32vcpu-256gb-intel": 1760,
  // Storage-optimized.
  "so-2vcpu-16gb": 131,
  "so-4vcpu-32gb": 262,
  "so-8vcpu-64gb": 524,
  "so-16vcpu-128gb": 1048,
  "so-24vcpu-192gb": 1572,
  "so1_5-2vcpu-16gb": 163,
  "so1_5-4vcpu-32gb": 326,
  "so1_5-8vcpu-64gb": 652,
  "so1_5-16vcpu-128gb": 1304,
  "so-2vcpu-16gb-intel": 131,
  "so-4vcpu-32gb-intel": 262,
  "so-8vcpu-64gb-intel": 524,
  "so-16vcpu-128gb-intel": 1048,
  "so-24vcpu-192gb-intel": 1572,
  "so1_5-2vcpu-16gb-intel": 139,
  "so1_5-4vcpu-32gb-intel": 278,
  "so1_5-8vcpu-64gb-intel": 556,
  "so1_5-16vcpu-128gb-intel": 1112,
  "so1_5-24vcpu-192gb-intel": 1668,
};

/** Backups of a droplet, as a part of what it costs. */
export const BACKUPS: Record<string, number> = { weekly: 0.2, daily: 0.3 };

/** A GiB of a volume. */
export const VOLUME_GIB = 0.1;
/** A GB of what a snapshot holds. */
export const SNAPSHOT_GB = 0.06;
/** A reserved address that no droplet has. One that is assigned is free. */
export const IDLE_ADDRESS = 5;
/** One node of a regional load balancer. */
export const LOAD_BALANCER_NODE = 12;

/** A container registry of the account. The starter plan is free. */
export const REGISTRIES: Record<string, number> = { basic: 5, professional: 20 };

/** A node of a managed database, with the storage that belongs to it. */
export interface DatabaseNode {
  monthly: number;
  includedGiB: number;
}
const POSTGRESQL: Record<string, DatabaseNode> = {
  "db-s-1vcpu-1gb": { monthly: 15.15, includedGiB: 10 },
  "db-s-1vcpu-2gb": { monthly: 30.45, includedGiB: 30 },
  "db-s-2vcpu-4gb": { monthly: 60.9, includedGiB: 60 },
};
/** In memory: there is no storage to add. */
const VALKEY: Record<string, DatabaseNode> = {
  "db-s-1vcpu-1gb": { monthly: 15, includedGiB: 0 },
  "db-s-1vcpu-2gb": { monthly: 30, includedGiB: 0 },
  "db-s-2vcpu-4gb": { monthly: 60, includedGiB: 0 },
};
/** By engine, as the provider names them, then by size. */
export const DATABASES: Record<string, Record<string, DatabaseNode>> = {
  pg: POSTGRESQL,
  redis: VALKEY,
  valkey: VALKEY,
};
