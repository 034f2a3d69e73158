/** Dollars an hour, on demand. */
export interface Rates {
  vcpu: number;
  gib: number;
}

/** A series whose predefined machines cost what their processors and their memory do. */
export interface Series {
  /** GiB of memory for a processor, and how many processors there are to be had. */
  shapes: Record<string, { gib: number; vcpus: number[] }>;
  /** What is taken off a machine that runs all month, by itself (sustained use). */
  sustained: number;
  /** By region. */
  rates: Record<string, Rates>;
}

const UP_TO_96 = [2, 4, 8, 16, 32, 48, 64, 80, 96];
const N1_FROM_2 = [2, 4, 8, 16, 32, 64, 96];

/** Three regions of the United States have the same prices. */
const everywhere = (us: Rates, others: Record<string, Rates>): Record<string, Rates> => ({
  "us-central1": us,
  "us-east1": us,
  "us-west1": us,
  ...others,
});

const N1_AND_N2 = everywhere(
  { vcpu: 0.031611, gib: 0.004237 },
  {
    "us-east4": { vcpu: 0.035605, gib: 0.004771 },
    "europe-west1": { vcpu: 0.034773, gib: 0.004661 },
    "europe-west3": { vcpu: 0.04073, gib: 0.005458 },
    "europe-west4": { vcpu: 0.034802, gib: 0.004664 },
  },
);

export const SERIES: Record<string, Series> = {
  e2: {
    shapes: {
      standard: { gib: 4, vcpus: [2, 4, 8, 16, 32] },
      highmem: { gib: 8, vcpus: [2, 4, 8, 16] },
      highcpu: { gib: 1, vcpus: [2, 4, 8, 16, 32] },
    },
    sustained: 0,
    rates: everywhere(
      { vcpu: 0.02181159, gib: 0.00292353 },
      {
        "us-east4": { vcpu: 0.02456745, gib: 0.00329199 },
        "europe-west1": { vcpu: 0.02399337, gib: 0.00321609 },
        "europe-west3": { vcpu: 0.0281037, gib: 0.00376602 },
        "europe-west4": { vcpu: 0.02401338, gib: 0.00321816 },
      },
    ),
  },
  n1: {
    shapes: {
      standard: { gib: 3.75, vcpus: [1, ...N1_FROM_2] },
      highmem: { gib: 6.5, vcpus: N1_FROM_2 },
      highcpu: { gib: 0.9, vcpus: N1_FROM_2 },
    },
    sustained: 0.3,
    rates: N1_AND_N2,
  },
  n2: {
    shapes: {
      standard: { gib: 4, vcpus: [...UP_TO_96, 128] },
      highmem: { gib: 8, vcpus: UP_TO_96 },
      highcpu: { gib: 1, vcpus: UP_TO_96 },
    },
    sustained: 0.2,
    rates: N1_AND_N2,
  },
  n2d: {
    shapes: {
      standard: { gib: 4, vcpus: [...UP_TO_96, 128, 224] },
      highmem: { gib: 8, vcpus: UP_TO_96 },
      highcpu: { gib: 1, vcpus: [...UP_TO_96, 128, 224] },
    },
    sustained: 0.2,
    rates: everywhere(
      { vcpu: 0.027502, gib: 0.003686 },
      {
        "us-east4": { vcpu: 0.030976, gib: 0.004151 },
        "europe-west1": { vcpu: 0.030253, gib: 0.004055 },
        "europe-west3": { vcpu: 0.035435, gib: 0.004748 },
        "europe-west4": { vcpu: 0.030278, gib: 0.004058 },
      },
    ),
  },
};

/** A machine with a part of a processor, as so much of a whole one of a series. */
export interface SharedCore {
  series: string;
  vcpu: number;
  gib: number;
}
export const SHARED_CORES: Record<string, SharedCore> = {
  "e2-micro": { series: "e2", vcpu: 0.25, gib: 1 },
  "e2-small": { series: "e2", vcpu: 0.5, gib: 2 },
  "e2-medium": { series: "e2", vcpu: 1, gib: 4 },
};

/** Small machines of the first generation, dollars an hour by region; sustained use takes 30 % off. */
export const FIRST_GENERATION: Record<string, Record<string, number>> = {
  "f1-micro": {
    "us-central1": 0.0076,
    "us-east1": 0.0076,
    "us-west1": 0.0076,
    "us-east4": 0.0086,
    "europe-west1": 0.0086,
    "europe-west3": 0.0096,
    "europe-west4": 0.0084,
  },
  "g1-small": {
    "us-central1": 0.0257,
    "us-east1": 0.0257,
    "us-west1": 0.0257,
    "us-east4": 0.0289,
    "europe-west1": 0.0285,
    "europe-west3": 0.0324,
    "europe-west4": 0.0283,
  },
};
export const FIRST_GENERATION_SUSTAINED = 0.3;

/** Dollars a month for a GiB of a zonal persistent disk. */
const BASE = { "pd-standard": 0.04, "pd-balanced": 0.1, "pd-ssd": 0.17 };
const DEARER = { "pd-standard": 0.044, "pd-balanced": 0.11, "pd-ssd": 0.187 };
/** By region, then by type. */
export const DISK_GIB: Record<string, Record<string, number>> = {
  "us-central1": BASE,
  "us-east1": BASE,
  "us-west1": BASE,
  "us-east4": DEARER,
  "europe-west1": BASE,
  "europe-west3": { "pd-standard": 0.048, "pd-balanced": 0.12, "pd-ssd": 0.204 },
  "europe-west4": DEARER,
};

/** Dollars an hour for an external IPv4 address that a machine uses, in every region. */
export const ADDRESS_IN_USE = 0.005;
/** Dollars an hour for one that is reserved and not used, in these regions. */
export const IDLE_ADDRESS: Record<string, number> = { "us-central1": 0.01, "us-east1": 0.01, "us-west1": 0.01 };

/** Dollars a month for a public or private zone, of the first 25. */
export const DNS_ZONE = 0.2;
