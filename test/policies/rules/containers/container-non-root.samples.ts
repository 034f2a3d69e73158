import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";
const settings = { mustBeNamed: true };

export const samples: Samples = {
  passing: [
    { name: "by number", props: { user: "1000:1000" } },
    { name: "by name", props: { user: "node" } },
    { name: "in root's group", props: { user: "1000:0" } },
    { name: "one that must be named", props: { user: "1000" }, settings },
    { name: "a service", type, props: { taskSpec: { containerSpec: { user: "1000" } } } },
  ],
  failing: [
    { name: "root by number", props: { user: "0:0" }, says: "runs as root" },
    { name: "root by number alone", props: { user: "0" } },
    { name: "root by name", props: { user: "root" } },
    { name: "root in another group", props: { user: "root:docker" } },
    { name: "not named where it must be", props: {}, settings, says: "its image's may be root" },
    { name: "a service's", type, props: { taskSpec: { containerSpec: { user: "root" } } } },
  ],
  unknown: [
    { name: "the image's own", props: {}, says: "stands in the image" },
    { name: "an empty one, which is the image's own", props: { user: "" } },
    { name: "known later", props: { user: UNKNOWN }, says: "user is known only later" },
    { name: "known later where it must be named", props: { user: UNKNOWN }, settings },
    { name: "a service's, known later", type, props: { taskSpec: { containerSpec: UNKNOWN } } },
  ],
};
