import { isUnknown, type ResourceRule } from "../../rule.js";
import { textOf } from "../_texts.js";
import { later, valueAt } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "./_containers.js";

const ROOT = /^(root|0+)(:|$)/;

export const rule: ResourceRule = {
  id: "container-non-root",
  title: "Containers run as another user than root",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 4.1"],
  why:
    "Root in a container is the machine's root behind a few fences: one hole in the kernel, or one folder too many, " +
    "and it is the machine's.",
  fix:
    'in the stack file `hardening: { user: "1000:1000" }` of the agent or service, elsewhere `user`. Where none is ' +
    "named it is the image's own, which cannot be told from here: name it",
  types: [CONTAINER, SERVICE],
  settings: {
    mustBeNamed: {
      type: "boolean",
      default: false,
      description:
        "Whether a container without `user`, which has its image's, is a breach. Otherwise it could not be told.",
    },
  },
  check(subject, { mustBeNamed }) {
    const path = inContainer(subject, "user");
    const user = valueAt(subject.props, path);
    if (isUnknown(user)) return [later(path)];
    if (ROOT.test(textOf(user).trim())) return [{ breach: "it runs as root", path }];
    if (textOf(user).trim() !== "") return [];
    return mustBeNamed
      ? [{ breach: "it names no user, and its image's may be root", path }]
      : [{ unknown: "it names no user, and whether its image's is root stands in the image", path }];
  },
};
