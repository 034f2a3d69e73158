import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

export const samples: Samples = {
  passing: [
    { name: "as our components make it", props: { networksAdvanced: [{ name: "local-ada", aliases: ["ada"] }] } },
    {
      name: "the default mode beside its own",
      props: { networkMode: "bridge", networksAdvanced: [{ name: "local-ada" }] },
    },
    { name: "by the mode", props: { networkMode: "gather_net" } },
    { name: "none at all", props: { networkMode: "none" } },
    { name: "another container's", props: { networkMode: "container:4f0c" } },
    { name: "the machine's, which has a rule of its own", props: { networkMode: "host" } },
  ],
  failing: [
    { name: "said nothing", props: {}, says: "in Docker's default network" },
    { name: "the default one by the mode", props: { networkMode: "bridge" } },
    {
      name: "the default one among others",
      props: { networksAdvanced: [{ name: "own" }, { name: "bridge" }] },
      says: "joins",
    },
  ],
  unknown: [
    { name: "the mode", props: { networkMode: UNKNOWN } },
    { name: "all networks", props: { networksAdvanced: UNKNOWN } },
    { name: "a network's name", props: { networksAdvanced: [{ name: UNKNOWN }] }, says: "networksAdvanced[0].name" },
  ],
};
