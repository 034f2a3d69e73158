import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "key", props: { sshKeys: ["12345"] } },
    { name: "key of the same stack", props: { sshKeys: [UNKNOWN] } },
  ],
  failing: [
    { name: "nothing said", props: {}, says: "without an SSH key" },
    { name: "none", props: { sshKeys: [] } },
    { name: "empty", props: { sshKeys: [""] } },
  ],
  unknown: [{ name: "later", props: { sshKeys: UNKNOWN } }],
};
