import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { isOn, later, valueAt } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

const KEY = "enable-oslogin";
const BREACH = {
  breach: "neither it nor its project's metadata in this stack turns on OS Login",
  path: `metadata.${KEY}`,
};

export const rule: StackRule = {
  id: "gcp-vm-os-login",
  title: "GCP machines use OS Login",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.4", "CKV_GCP_33", "CKV_GCP_34", "GCP-0036", "GCP-0042"],
  why:
    "Keys in metadata belong to nobody and are never taken back. OS Login ties a login to an identity and its roles, so that it ends " +
    "when the person's access ends.",
  fix: 'set metadata["enable-oslogin"] to "TRUE" on the machine or in the project\'s metadata, and nowhere to "FALSE"',
  checkStack(stack) {
    const project = ofProject(stack);
    return stack.resources
      .filter(({ type }) => GCP_MACHINES.includes(type))
      .flatMap(({ urn, props }) =>
        verdictsOf(valueAt(props, `metadata.${KEY}`), project).map((one) => ({ ...one, urn })),
      );
  },
};

/** What the machine says goes before what its project says. */
function verdictsOf(own: unknown, project: unknown): Verdict[] {
  if (isUnknown(own)) return [later(`metadata.${KEY}`)];
  if (own !== undefined) return isOn(own) ? [] : [{ ...BREACH, breach: "it turns OS Login off for itself" }];
  if (isUnknown(project)) return [{ unknown: "the project's metadata is known only later", path: `metadata.${KEY}` }];
  return isOn(project) ? [] : [BREACH];
}

/** What the project's metadata says, as far as it is in the stack. */
function ofProject({ resources }: Stack): unknown {
  const said = resources.flatMap(({ type, props }) => {
    if (type === "gcp:compute/projectMetadata:ProjectMetadata") return [valueAt(props, `metadata.${KEY}`)];
    if (type !== "gcp:compute/projectMetadataItem:ProjectMetadataItem") return [];
    return isUnknown(props.key) ? [props.key] : props.key === KEY ? [props.value] : [];
  });
  return said.find((value) => !isUnknown(value) && value !== undefined) ?? said.find(isUnknown);
}
