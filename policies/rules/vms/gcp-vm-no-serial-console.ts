import { isUnknown, type ResourceRule } from "../../rule.js";
import { demand, isOn, valueAt } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

const KEY = "serial-port-enable";

export const rule: ResourceRule = {
  id: "gcp-vm-no-serial-console",
  title: "GCP machines have no interactive serial console",
  severity: "medium",
  benchmarks: ["CIS GCP 4.0 4.5", "CKV_GCP_35", "GCP-0032"],
  why: "The serial console is reached from any address: neither firewall nor security group stands before it.",
  fix: 'take serial-port-enable out of metadata, or set it to "FALSE"; turn it on by hand for as long as it is needed',
  types: GCP_MACHINES,
  check: ({ props }) =>
    demand(props, `metadata.${KEY}`, (value) => !isOn(value), "its serial console can be reached from anywhere"),
  // Metadata changes on the running machine, and nothing on it uses the console.
  remedy({ props }) {
    const value = valueAt(props, `metadata.${KEY}`);
    return isUnknown(value) || !isOn(value) ? undefined : { ...props, metadata: { ...props.metadata, [KEY]: "FALSE" } };
  },
};
