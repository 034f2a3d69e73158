import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    { name: "said nothing", props: {} },
    { name: "a network of its own", props: { networksAdvanced: [{ name: "local-ada", aliases: ["ada"] }] } },
    { name: "another container's network", props: { networkMode: "container:4f0c" } },
    { name: "shared memory of its own", props: { ipcMode: "private", pidMode: "" } },
    { name: "a service", type, props: { taskSpec: { networksAdvanceds: [{ name: "overlay" }] } } },
  ],
  failing: [
    { name: "the network", props: { networkMode: "host" }, says: "the machine's network" },
    { name: "the network by its name", props: { networksAdvanced: [{ name: "host" }] } },
    { name: "the processes", props: { pidMode: "host" }, says: "pidMode is host" },
    { name: "the shared memory", props: { ipcMode: "host" }, says: "the machine's shared memory" },
    { name: "the users", props: { usernsMode: "host" }, says: "usernsMode" },
    { name: "one, where another is known later", props: { networkMode: UNKNOWN, pidMode: "host" } },
    { name: "a service's network", type, props: { taskSpec: { networksAdvanceds: [{ name: "host" }] } } },
  ],
  unknown: [
    { name: "the network, known later", props: { networkMode: UNKNOWN }, says: "networkMode" },
    { name: "the processes, known later", props: { pidMode: UNKNOWN } },
    { name: "a network's name", props: { networksAdvanced: [{ name: UNKNOWN }] }, says: "networksAdvanced[0].name" },
    { name: "a service's task", type, props: { taskSpec: UNKNOWN } },
  ],
};
