import { builtinProviders } from "../../../engine/index.js";
import { recordedDocker, recordedPreview } from "../support/recorded-docker.js";
import { adopt, adopted } from "./adopt.js";
import { conformance } from "./conformance.js";

/** The real docker plugin's answers to one change, as they were recorded. */
const docker = (preview: string) => ({
  providers: { docker: recordedDocker(recordedPreview(preview)) },
  versions: { docker: "5.0.0" },
  prepare: (world: Parameters<typeof adopt>[0]) => adopt(world, "docker"),
});

conformance({
  name: "recorded-docker-taken-over",
  area: "recorded",
  semantic:
    "A state of the real engine with the docker plugin's containers, image, volume and network is taken over with no step planned.",
  ...docker("memory"),
  steps: [
    { run: "preview", program: adopted(), expect: { plan: {}, calls: [] } },
    { run: "up", expect: { plan: {}, calls: [], resources: ["agent", "hard", "img", "net", "vol"] } },
  ],
});

conformance({
  name: "recorded-docker-env",
  area: "recorded",
  semantic: "An environment variable less, which replaces a container, is planned as the real engine planned it.",
  ...docker("env"),
  steps: [
    {
      run: "preview",
      program: adopted(`if (name === "agent") inputs.envs = ["B=2"];`),
      expect: {
        plan: {
          agent: {
            op: "replace",
            keys: ["envs"],
            diffs: ["envs"],
            detailedDiff: { "envs[0]": "delete-replace", "envs[1]": "add-replace" },
          },
        },
      },
    },
  ],
});

conformance({
  name: "recorded-docker-memory",
  area: "recorded",
  semantic: "More memory, which a container takes in place, is planned as the real engine planned it.",
  ...docker("memory"),
  steps: [
    {
      run: "preview",
      program: adopted(`if (name === "agent") Object.assign(inputs, { memory: 300, memorySwap: 300 });`),
      expect: {
        plan: {
          agent: {
            op: "update",
            keys: [],
            diffs: ["memory", "memorySwap"],
            detailedDiff: { memory: "update", memorySwap: "update" },
          },
        },
      },
    },
  ],
});

conformance({
  name: "recorded-docker-volume-label",
  area: "recorded",
  semantic:
    "Another label of a volume, which replaces it and with it the containers that mount it, is planned and done as recorded.",
  ...docker("volume-label"),
  steps: [
    {
      run: "preview",
      program: adopted(`if (name === "vol") inputs.labels = [{ label: "fleet", value: "other" }];`),
      expect: {
        plan: {
          vol: {
            op: "replace",
            keys: ["labels"],
            diffs: ["labels"],
            detailedDiff: { "labels[0].value": "update-replace" },
          },
          hard: { op: "replace", keys: [], diffs: [], detailedDiff: {} },
          agent: { op: "replace", keys: [], diffs: [], detailedDiff: {} },
        },
      },
    },
    {
      run: "up",
      expect: {
        calls: ["create agent", "create hard", "create vol", "delete agent", "delete hard", "delete vol"],
        order: [
          ["delete agent", "delete vol", "create vol", "create agent"],
          ["delete hard", "delete vol", "create vol", "create hard"],
        ],
        resources: ["agent", "hard", "img", "net", "vol"],
      },
    },
  ],
});

conformance({
  name: "recorded-random-tls-command-taken-over",
  area: "recorded",
  semantic:
    "A state of the real engine with the random, tls and command plugins' resources, secrets and all, is taken over by our providers with no step planned.",
  differs:
    "the vendor's command plugin notes a version of its own in the default provider's state, which ours does not; the real engine then updates that provider, unseen",
  providers: {
    random: builtinProviders.random!,
    tls: builtinProviders.tls!,
    command: builtinProviders.command!,
  },
  versions: { random: "4.21.1", tls: "5.5.1", command: "1.2.1" },
  prepare: (world) => adopt(world, "random-tls-command"),
  steps: [
    { run: "preview", program: adopted(), expect: { plan: {}, calls: [] } },
    { run: "up", expect: { plan: {}, calls: [] } },
  ],
});
