import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const KEY = "serial-port-enable";

export const samples: Samples = {
  passing: [
    { name: "nothing said", props: {} },
    { name: "off", props: { metadata: { [KEY]: "FALSE" } } },
    { name: "off by a number", props: { metadata: { [KEY]: "0" } } },
  ],
  failing: [
    {
      name: "on by text",
      props: { metadata: { [KEY]: "TRUE", other: "kept" } },
      says: "serial console",
      remedied: { metadata: { [KEY]: "FALSE", other: "kept" } },
    },
    { name: "on by number", props: { metadata: { [KEY]: "1" } }, remedied: { metadata: { [KEY]: "FALSE" } } },
    {
      name: "on in a template",
      type: "gcp:compute/instanceTemplate:InstanceTemplate",
      props: { metadata: { [KEY]: true } },
      remedied: { metadata: { [KEY]: "FALSE" } },
    },
  ],
  unknown: [
    { name: "value later", props: { metadata: { [KEY]: UNKNOWN } } },
    { name: "metadata later", props: { metadata: UNKNOWN } },
  ],
};
