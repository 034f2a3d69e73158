import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    { name: "read-only", props: { readOnly: true, tmpfs: { "/tmp": "rw,nosuid,nodev" } } },
    { name: "a service", type, props: { taskSpec: { containerSpec: { readOnly: true } } } },
  ],
  failing: [
    { name: "said nothing", props: {}, says: "can write the files of its image" },
    { name: "writable", props: { readOnly: false } },
    { name: "a service's", type, props: { taskSpec: { containerSpec: { image: "a:1" } } } },
  ],
  unknown: [
    { name: "known later", props: { readOnly: UNKNOWN } },
    { name: "a service's container", type, props: { taskSpec: { containerSpec: UNKNOWN } } },
  ],
};
