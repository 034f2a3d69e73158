import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (value: unknown) => ({ metadata: { "block-project-ssh-keys": value } });

export const samples: Samples = {
  passing: [
    { name: "blocked by text", props: of("TRUE") },
    { name: "blocked by boolean", props: of(true) },
    { name: "blocked in a template", type: "gcp:compute/instanceTemplate:InstanceTemplate", props: of("true") },
  ],
  failing: [
    { name: "nothing said", props: {}, says: "the project's SSH keys open it" },
    { name: "not blocked", props: of("FALSE") },
  ],
  unknown: [
    { name: "value later", props: of(UNKNOWN) },
    { name: "metadata later", props: { metadata: UNKNOWN } },
  ],
};
