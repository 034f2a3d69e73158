/** Machines of a series that cost the same for each processor. Linux. */
export interface Series {
  vcpus: number[];
  /** Dollars an hour for a processor, by region. */
  rates: Record<string, number>;
}

const UP_TO_64 = [2, 4, 8, 16, 32, 48, 64];
const UP_TO_96 = [...UP_TO_64, 96];

const rates = (us: number, westeurope: number, northeurope: number): Record<string, number> => ({
  eastus: us,
  eastus2: us,
  westus2: us,
  westeurope,
  northeurope,
});

/** By the size without its number of processors: `Standard_D4s_v5` is of `D*s_v5`. */
export const SERIES: Record<string, Series> = {
  "D*s_v3": { vcpus: UP_TO_64, rates: rates(0.048, 0.06, 0.0535) },
  "D*s_v4": { vcpus: UP_TO_64, rates: rates(0.048, 0.0575, 0.0535) },
  "D*s_v5": { vcpus: UP_TO_96, rates: rates(0.048, 0.0575, 0.0535) },
  "D*ds_v4": { vcpus: UP_TO_64, rates: rates(0.0565, 0.068, 0.063) },
  "D*ds_v5": { vcpus: UP_TO_96, rates: rates(0.0565, 0.068, 0.063) },
  "D*as_v4": { vcpus: UP_TO_96, rates: rates(0.048, 0.0575, 0.0535) },
  "D*as_v5": { vcpus: UP_TO_96, rates: rates(0.043, 0.052, 0.048) },
  "D*ads_v5": { vcpus: UP_TO_96, rates: rates(0.0515, 0.0625, 0.0575) },
  // Larger ones of this series, and the region eastus2, do not go by processors.
  "E*s_v3": {
    vcpus: [2, 4, 8, 16, 20, 32],
    rates: { eastus: 0.063, westus2: 0.063, westeurope: 0.08, northeurope: 0.0705 },
  },
  "E*s_v4": { vcpus: [2, 4, 8, 16, 20, 32, 48, 64], rates: rates(0.063, 0.076, 0.0705) },
  "E*s_v5": { vcpus: [2, 4, 8, 16, 20, 32, 48, 64, 96], rates: rates(0.063, 0.076, 0.0705) },
  "E*ds_v5": { vcpus: [2, 4, 8, 16, 20, 32, 48, 64, 96], rates: rates(0.072, 0.0865, 0.08) },
  "E*as_v5": { vcpus: [2, 4, 8, 16, 20, 32, 48, 64, 96], rates: rates(0.0565, 0.0685, 0.0635) },
};

const BURSTABLE_US = {
  B1ls: 0.0052,
  B1s: 0.0104,
  B1ms: 0.0207,
  B2s: 0.0416,
  B2ms: 0.0832,
  B4ms: 0.166,
  B8ms: 0.333,
  B12ms: 0.499,
  B16ms: 0.666,
  B20ms: 0.832,
  B2ts_v2: 0.0104,
  B2ls_v2: 0.0416,
  B2s_v2: 0.0832,
  B2als_v2: 0.0376,
  B2as_v2: 0.0752,
  B2ats_v2: 0.0094,
};
/** Dollars an hour by region, then by size without `Standard_`. Linux. */
export const BURSTABLE: Record<string, Record<string, number>> = {
  eastus: BURSTABLE_US,
  eastus2: { ...BURSTABLE_US, B1ms: 0.0208 },
  westus2: BURSTABLE_US,
  westeurope: {
    B1ls: 0.006,
    B1s: 0.012,
    B1ms: 0.024,
    B2s: 0.048,
    B2ms: 0.096,
    B4ms: 0.192,
    B8ms: 0.384,
    B12ms: 0.576,
    B16ms: 0.768,
    B20ms: 0.96,
    B2ls_v2: 0.048,
    B2als_v2: 0.0432,
    B2ats_v2: 0.0108,
  },
  northeurope: {
    B1ls: 0.0057,
    B1s: 0.0113,
    B1ms: 0.0227,
    B2s: 0.045,
    B2ms: 0.091,
    B4ms: 0.182,
    B8ms: 0.364,
    B12ms: 0.546,
    B16ms: 0.728,
    B20ms: 0.909,
    B2ts_v2: 0.0114,
    B2s_v2: 0.0912,
    B2als_v2: 0.0408,
    B2as_v2: 0.0816,
    B2ats_v2: 0.0102,
  },
};

/** A size that disks are billed as: the smallest that holds them. */
export interface DiskTier {
  name: string;
  gib: number;
  monthly: number;
}
const tiers = (letter: string, rows: [number: number, gib: number, monthly: number][]): DiskTier[] =>
  rows.map(([number, gib, monthly]) => ({ name: `${letter}${number}`, gib, monthly }));

/** Locally redundant disks in eastus, by kind; operations are usage. */
export const DISKS: Record<string, Record<string, DiskTier[]>> = {
  eastus: {
    Premium_LRS: tiers("P", [
      [1, 4, 0.6],
      [2, 8, 1.2],
      [3, 16, 2.4],
      [4, 32, 5.28],
      [6, 64, 10.21],
      [10, 128, 19.71],
      [15, 256, 38.02],
      [20, 512, 73.22],
      [30, 1024, 135.17],
      [40, 2048, 259.05],
      [50, 4096, 495.57],
    ]),
    StandardSSD_LRS: tiers("E", [
      [1, 4, 0.3],
      [2, 8, 0.6],
      [3, 16, 1.2],
      [4, 32, 2.4],
      [6, 64, 4.8],
      [10, 128, 9.6],
      [15, 256, 19.2],
      [20, 512, 38.4],
      [30, 1024, 76.8],
      [40, 2048, 153.6],
      [50, 4096, 307.2],
    ]),
    Standard_LRS: tiers("S", [
      [4, 32, 1.54],
      [6, 64, 3.01],
      [10, 128, 5.89],
      [15, 256, 11.33],
      [20, 512, 21.76],
      [30, 1024, 40.96],
      [40, 2048, 77.83],
      [50, 4096, 143.36],
    ]),
  },
};

/** Dollars an hour for a static public IPv4 address of the standard kind, in every region. */
export const PUBLIC_ADDRESS = 0.005;

/** Dollars a month for a public DNS zone, of the first 25. */
export const DNS_ZONE = 0.5;

/** PostgreSQL flexible server by region: dollars an hour by size, dollars a month for a GiB. */
export const POSTGRESQL: Record<string, { compute: Record<string, number>; gib: number }> = {
  eastus: { compute: { Standard_B1ms: 0.017 }, gib: 0.115 },
  westus: {
    compute: {
      Standard_B1ms: 0.022,
      Standard_B2ms: 0.176,
      Standard_D2ds_v5: 0.203,
      Standard_D2ads_v5: 0.203,
      Standard_D4s_v3: 0.39,
      Standard_D16s_v3: 1.56,
      Standard_E4s_v3: 0.5244,
    },
    gib: 0.138,
  },
};
