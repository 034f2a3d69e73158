import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    { name: "as our components make it", props: { capabilities: { adds: [], drops: ["ALL"] } } },
    { name: "an edge on port 80", props: { capabilities: { adds: ["NET_BIND_SERVICE"], drops: ["ALL"] } } },
    {
      name: "with its prefix, in lower case",
      props: { capabilities: { adds: ["cap_net_bind_service"], drops: ["all"] } },
    },
    {
      name: "allowed by the settings",
      props: { capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["ALL"] } },
      settings: { allowed: ["net_admin"] },
    },
    { name: "a service", type, props: { taskSpec: { containerSpec: { capDrops: ["ALL"] } } } },
  ],
  failing: [
    { name: "Docker's default", props: {}, says: "does not drop all" },
    { name: "one dropped", props: { capabilities: { drops: ["MKNOD"] } }, says: "does not drop all" },
    {
      name: "one added",
      props: { capabilities: { adds: ["SYS_ADMIN"], drops: ["ALL"] } },
      says: "adds the capability SYS_ADMIN",
    },
    { name: "all added", props: { capabilities: { adds: ["ALL"], drops: ["ALL"] } }, says: "adds the capability ALL" },
    {
      name: "dropped later, one added",
      props: { capabilities: { adds: ["CAP_SYS_PTRACE"], drops: UNKNOWN } },
      says: /SYS_PTRACE$/,
    },
    {
      name: "not allowed any more",
      props: { capabilities: { adds: ["NET_BIND_SERVICE"], drops: ["ALL"] } },
      settings: { allowed: [] },
    },
    { name: "a service's", type, props: { taskSpec: { containerSpec: { capAdds: ["NET_RAW"], capDrops: ["ALL"] } } } },
  ],
  unknown: [
    { name: "all of it", props: { capabilities: UNKNOWN } },
    { name: "what is dropped", props: { capabilities: { drops: ["MKNOD", UNKNOWN] } }, says: "capabilities.drops[1]" },
    {
      name: "what is added",
      props: { capabilities: { adds: [UNKNOWN], drops: ["ALL"] } },
      says: "capabilities.adds[0]",
    },
    { name: "a service's task", type, props: { taskSpec: UNKNOWN } },
  ],
};
