import { isUnknown, type ResourceRule } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later } from "../_values.js";
import { CONTAINER } from "./_containers.js";

const OPTION = /^no-new-privileges([=:]true)?$/;

export const rule: ResourceRule = {
  id: "container-no-new-privileges",
  title: "Programs in a container gain no privileges, by setuid or otherwise",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.26"],
  why: "A setuid program that is left in an image, such as sudo or mount, makes any user in the container its root.",
  fix:
    'components set it always. In a container of your own: `securityOpts: ["no-new-privileges:true"]`. A program ' +
    "that starts as root and changes its user still works; sudo does not",
  types: [CONTAINER],
  check({ props }) {
    const options = elementsAt(props, "securityOpts");
    if (options.some(({ value }) => !isUnknown(value) && OPTION.test(textOf(value).trim()))) return [];
    const unknown = options.find(({ value }) => isUnknown(value));
    return [unknown ? later(unknown.path) : { breach: "its programs can gain privileges", path: "securityOpts" }];
  },
};
