import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";
const limits = (limits: unknown) => ({ taskSpec: { resources: { limits } } });

export const samples: Samples = {
  passing: [
    {
      name: "as our components make it",
      props: { memory: 2048, memorySwap: 2048, cpuPeriod: 100000, cpuQuota: 200000 },
    },
    { name: "processors by number", props: { memory: 512, cpus: "1.5" } },
    { name: "processors by number, a quota known later", props: { memory: 512, cpus: "1.5", cpuQuota: UNKNOWN } },
    { name: "a service", type, props: limits({ memoryBytes: 536870912, nanoCpus: 1000000000 }) },
  ],
  failing: [
    { name: "none", props: {}, says: "no limit of memory" },
    { name: "no memory", props: { cpus: "1" }, says: "no limit of memory" },
    { name: "no limit, as Docker writes it", props: { memory: 0, cpus: "1" } },
    { name: "no processor time", props: { memory: 512 }, says: "no limit of processor time" },
    { name: "shares, which limit nothing", props: { memory: 512, cpuShares: 512 }, says: "processor time" },
    { name: "a quota without end", props: { memory: 512, cpuQuota: -1 } },
    {
      name: "a service's reservation only",
      type,
      props: { taskSpec: { resources: { reservation: { memoryBytes: 1 } } } },
    },
  ],
  unknown: [
    { name: "memory", props: { memory: UNKNOWN, cpus: "1" }, says: "memory is known only later" },
    { name: "processor time", props: { memory: 512, cpuQuota: UNKNOWN }, says: "cpuQuota" },
    { name: "a service's", type, props: limits(UNKNOWN) },
  ],
};
