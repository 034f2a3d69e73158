import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "./_containers.js";

/** As Docker compares them: `cap_net_admin` and `NET_ADMIN` are the same. */
const capability = (value: unknown) => textOf(value).toUpperCase().replace(/^CAP_/, "");

export const rule: ResourceRule = {
  id: "container-capabilities",
  title: "Containers drop all capabilities and get back only those that are allowed",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 5.4"],
  why:
    "Docker leaves a container fourteen capabilities, among them to change owners of files, to make device nodes " +
    "and to forge packets. An agent that runs others' text needs none.",
  fix:
    "in the stack file all are dropped; take the one that is not allowed out of `hardening.capAdd`. In a container " +
    'of your own: `capabilities: { drops: ["ALL"] }`. A capability that is needed goes into the setting `allowed`',
  types: [CONTAINER, SERVICE],
  settings: {
    allowed: {
      type: "array",
      items: { type: "string" },
      default: ["NET_BIND_SERVICE"],
      description: "Capabilities that any container may add, without `CAP_`.",
    },
  },
  check(subject, { allowed }) {
    const isService = subject.type === SERVICE;
    const drops = inContainer(subject, isService ? "capDrops" : "capabilities.drops");
    const adds = inContainer(subject, isService ? "capAdds" : "capabilities.adds");
    const names = new Set((allowed as string[]).map(capability));
    const dropped = elementsAt(subject.props, drops);
    const verdicts: Verdict[] = [];
    if (!dropped.some(({ value }) => capability(value) === "ALL")) {
      const unknown = dropped.find(({ value }) => isUnknown(value));
      verdicts.push(unknown ? later(unknown.path) : { breach: "it does not drop all capabilities", path: drops });
    }
    for (const { path, value } of elementsAt(subject.props, adds)) {
      if (isUnknown(value)) verdicts.push(later(path));
      else if (!names.has(capability(value)))
        verdicts.push({ breach: `it adds the capability ${capability(value)}`, path });
    }
    return verdicts;
  },
};
