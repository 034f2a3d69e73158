import type { PropertyMap } from "../../../values.js";
import { nanoCpus } from "./create-body.js";

/** Docker's own period of CPU time, in microseconds. */
const PERIOD = 100_000;
const CPU = 1e9;

/** A container's CPU limit as the Engine API has it; 0 is not set. */
export interface CpuLimit {
  NanoCpus?: number;
  CpuPeriod?: number;
  CpuQuota?: number;
}

/**
 * A container's CPU limit in the words in which it is asked for. It can be said in two ways, in CPUs or as a quota of a period; they
 * mean the same, and Docker keeps the one in which the container got it.
 */
export function describeCpuLimit(live: CpuLimit, asked: PropertyMap): PropertyMap {
  const { NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 } = live;
  if (NanoCpus > 0 && asked.cpus === undefined && isQuota(asked.cpuQuota)) {
    const period = typeof asked.cpuPeriod === "number" ? asked.cpuPeriod : PERIOD;
    const cpuQuota = Math.round((NanoCpus / CPU) * period);
    return { cpus: null, cpuPeriod: asked.cpuPeriod ?? null, cpuQuota };
  }
  if (CpuQuota > 0 && asked.cpus !== undefined)
    return { cpus: String(CpuQuota / (CpuPeriod || PERIOD)), cpuPeriod: null, cpuQuota: null };
  return {
    cpus: NanoCpus ? String(NanoCpus / CPU) : null,
    cpuPeriod: CpuPeriod || null,
    cpuQuota: CpuQuota || null,
  };
}

/** The limit that is asked for in the terms in which the container has one: Docker refuses to change from one to the other. */
export function cpuLimitFor(live: CpuLimit, asked: PropertyMap): CpuLimit {
  const { cpus, cpuPeriod, cpuQuota } = asked;
  const { NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 } = live;
  const period = typeof cpuPeriod === "number" && cpuPeriod > 0 ? cpuPeriod : PERIOD;
  if (NanoCpus > 0 && cpus === undefined && isQuota(cpuQuota))
    return { NanoCpus: Math.round((cpuQuota / period) * CPU) };
  if (CpuQuota > 0 && cpus !== undefined)
    return { CpuPeriod, CpuQuota: Math.round((nanoCpus(cpus) / CPU) * (CpuPeriod || PERIOD)) };
  return { NanoCpus: nanoCpus(cpus), CpuPeriod: Number(cpuPeriod ?? 0), CpuQuota: Number(cpuQuota ?? 0) };
}

function isQuota(value: PropertyMap[string] | undefined): value is number {
  return typeof value === "number" && value > 0;
}
