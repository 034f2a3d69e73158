import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const container = (name: string, props = {}) => ({ name, type: "docker:index/container:Container", props });
const command = (name: string, props: object, ...dependsOn: string[]) => ({
  name,
  type: "command:local:Command",
  props,
  dependsOn,
});
/** As our components do it. */
const limits = (of: string, pids: unknown) =>
  command(
    `${of}-limits`,
    { create: "node templates/containers/limit-pids.mjs", environment: { FLEET_CONTAINER: UNKNOWN, FLEET_PIDS: pids } },
    of,
  );

export const samples: Samples<StackSample> = {
  passing: [
    { name: "no containers", resources: [{ name: "data", type: "docker:index/volume:Volume", props: {} }] },
    { name: "as our components make it", resources: [container("ada"), limits("ada", "512")] },
    {
      name: "by Docker's own program",
      resources: [container("own"), command("own-limit", { create: "docker update --pids-limit 512 own" }, "own")],
    },
    { name: "by a ulimit", resources: [container("held", { ulimits: [{ name: "nproc", soft: 256, hard: 256 }] })] },
  ],
  failing: [
    { name: "none", resources: [container("bare")], about: ["bare"], says: "no limit of processes" },
    {
      name: "that of another",
      resources: [container("brook"), container("cleo"), limits("cleo", "512")],
      about: ["brook"],
    },
    { name: "no limit, as Docker writes it", resources: [container("zero"), limits("zero", "0")] },
    {
      name: "a command that does something else",
      resources: [container("other"), command("other-files", { create: "docker restart other" }, "other")],
    },
    { name: "another ulimit", resources: [container("files", { ulimits: [{ name: "nofile", soft: 1, hard: 1 }] })] },
  ],
  unknown: [
    { name: "the limit", resources: [container("dan"), limits("dan", UNKNOWN)], about: ["dan"] },
    { name: "the command", resources: [container("eve"), command("eve-limit", { create: UNKNOWN }, "eve")] },
    { name: "the ulimits", resources: [container("finn", { ulimits: UNKNOWN })] },
    {
      name: "a ulimit's height",
      resources: [container("gil", { ulimits: [{ name: "nproc", soft: 1, hard: UNKNOWN }] })],
    },
  ],
};
