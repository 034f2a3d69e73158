import { conformance } from "./conformance.js";

conformance({
  name: "config-kinds",
  area: "configuration",
  semantic:
    "Numbers, booleans, dates and structures reach the program as what they mean in YAML; keys of other namespaces too.",
  config: `
text: hello
number: 1.10
octal: 0755
yes: True
day: 2025-01-02
empty: ""
structure: {b: [1, 2.5, "3"], a: {deep: true, none: null}}
cloud:region: eu
other:key: value`,
  steps: [
    {
      run: "up",
      program: `
        const other = new pulumi.Config("other");
        return {
          text: config.require("text"), number: config.require("number"), octal: config.require("octal"), yes: config.requireBoolean("yes"), day: config.require("day"),
          empty: config.get("empty"), structure: config.requireObject("structure"), raw: config.require("structure"), other: other.require("key"),
          project: pulumi.getProject(), stack: pulumi.getStack(), organization: pulumi.getOrganization(),
        };`,
      expect: {
        outputs: {
          text: "hello",
          number: "1.1",
          octal: "493",
          yes: true,
          day: "2025-01-02 00:00:00 +0000 UTC",
          empty: "",
          structure: { a: { deep: true, none: null }, b: [1, 2.5, "3"] },
          raw: '{"a":{"deep":true,"none":null},"b":[1,2.5,"3"]}',
          other: "value",
          project: "test",
          stack: "dev",
          organization: "organization",
        },
      },
    },
  ],
});

conformance({
  name: "config-project-defaults",
  area: "configuration",
  semantic:
    "The project gives defaults and types; what the stack sets goes before, and a default can be of any namespace.",
  project: `
config:
  size: {type: integer, default: 3}
  names: {type: array, items: {type: string}, default: [a, b]}
  plain: word
  kept: {type: string, default: project}
  cloud:region: eu`,
  config: `kept: stack`,
  steps: [
    {
      run: "up",
      program: `
        const cloud = new pulumi.Config("cloud");
        return { size: config.requireNumber("size"), names: config.requireObject("names"), plain: config.require("plain"), kept: config.require("kept"), region: cloud.require("region") };`,
      expect: { outputs: { size: 3, names: ["a", "b"], plain: "word", kept: "stack", region: "eu" } },
    },
  ],
});

conformance({
  name: "config-project-types",
  area: "configuration",
  semantic: "A value that is not of the type that the project declares fails the run before anything is planned.",
  project: `
config:
  size: {type: integer}`,
  config: `size: many`,
  steps: [
    {
      run: "preview",
      program: `new Thing("a", {});`,
      expect: { outcome: "failed", plan: {}, errors: [/size.*integer/s] },
    },
  ],
  settles: false,
});

conformance({
  name: "config-required",
  area: "configuration",
  semantic:
    "A key that the project declares without a default, and the stack does not set, fails the run before anything is planned.",
  project: `
config:
  size: {type: integer}`,
  steps: [
    { run: "preview", program: `new Thing("a", {});`, expect: { outcome: "failed", plan: {}, errors: [/size/] } },
  ],
  settles: false,
});
