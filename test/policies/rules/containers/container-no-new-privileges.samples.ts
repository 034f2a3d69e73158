import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "as our components make it", props: { securityOpts: ["no-new-privileges:true"] } },
    { name: "in short", props: { securityOpts: ["no-new-privileges"] } },
    { name: "beside one that is known later", props: { securityOpts: [UNKNOWN, "no-new-privileges=true"] } },
  ],
  failing: [
    { name: "said nothing", props: {}, says: "can gain privileges" },
    { name: "said no", props: { securityOpts: ["no-new-privileges:false"] } },
    { name: "another option", props: { securityOpts: ["apparmor=agent"] } },
  ],
  unknown: [
    { name: "all options", props: { securityOpts: UNKNOWN } },
    { name: "one of them", props: { securityOpts: ["apparmor=agent", UNKNOWN] } },
  ],
};
