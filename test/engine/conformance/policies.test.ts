import assert from "node:assert/strict";
import { conformance } from "./conformance.js";
import { pack, rule } from "./policy-pack.js";

const area = "policies" as const;
const policyPacks = [{ dir: "pack" }];
const noPublic = rule("no-public", "mandatory", `props.zone === "public" && "it is public"`);

conformance({
  name: "policy-advisory",
  area,
  semantic: "An advisory policy tells what it found, with its severity, and stops neither a preview nor an update.",
  like: ["TestSimpleAnalyzer", "TestResourcePolicySeverity"],
  files: pack(rule("named", "advisory", `!props.owner && "it has no owner"`, `severity: "high",`)),
  steps: [
    {
      run: "preview",
      policyPacks,
      program: `new Thing("a");`,
      expect: { violations: ["advisory named a"], calls: [] },
    },
    {
      run: "up",
      policyPacks,
      program: `new Thing("a"); new Thing("b", { owner: "me" });`,
      expect: {
        violations: ["advisory named a"],
        resources: ["a", "b"],
        check: ({ log }) => {
          const { policyEvent } = log.find((line) => line.policyEvent) ?? {};
          assert.equal(policyEvent.severity, "high");
          assert.equal(policyEvent.message, "About named.\nit has no owner\n");
          assert.equal(policyEvent.policyPackVersion, "1.2.3");
        },
      },
    },
  ],
});

conformance({
  name: "policy-mandatory-preview",
  area,
  semantic: "A mandatory violation fails a preview at its end, after all of them were told.",
  like: ["TestResourcePolicyMandatoryPreview"],
  files: pack(noPublic),
  steps: [
    {
      run: "preview",
      policyPacks,
      program: `new Thing("a", { zone: "public" }); new Thing("b", { zone: "public" }); new Thing("c");`,
      expect: {
        outcome: "failed",
        plan: { a: "create", b: "create", c: "create" },
        violations: ["mandatory no-public a", "mandatory no-public b"],
        calls: [],
      },
    },
  ],
});

conformance({
  name: "policy-mandatory-update",
  area,
  semantic:
    "A mandatory violation stops an update before anything is done about the resource; what came before it stays.",
  like: ["TestSimpleAnalyzer", "TestAnalyzerFailure"],
  files: pack(noPublic),
  steps: [
    {
      run: "up",
      policyPacks,
      program: `const a = new Thing("a"); new Thing("b", { zone: "public", after: a.id });`,
      expect: {
        outcome: "failed",
        violations: ["mandatory no-public b"],
        calls: ["create a"],
        resources: ["a"],
        pending: [],
      },
    },
    {
      run: "up",
      policyPacks,
      program: `const a = new Thing("a"); new Thing("b", { zone: "private", after: a.id });`,
      expect: { violations: [], calls: ["create b"], resources: ["a", "b"] },
    },
  ],
});

conformance({
  name: "policy-levels",
  area,
  semantic:
    "A config file sets the level of all policies, or of one, over what the pack says; a disabled policy is not asked.",
  like: ["TestPolicyConfig"],
  files: {
    ...pack(noPublic + rule("off", "disabled", `"never"`) + rule("named", "advisory", `"no owner"`)),
    "levels.json": JSON.stringify({ all: "disabled", "no-public": { enforcementLevel: "advisory" } }),
    "one.json": JSON.stringify({ named: "mandatory", "no-public": "disabled" }),
  },
  steps: [
    {
      run: "preview",
      program: `new Thing("a", { zone: "public" });`,
      policyPacks: [{ dir: "pack", config: "levels.json" }],
      expect: { violations: ["advisory no-public a"] },
    },
    {
      run: "preview",
      policyPacks: [{ dir: "pack", config: "one.json" }],
      expect: { outcome: "failed", violations: ["mandatory named a"] },
    },
  ],
});

const sized = `{ name: "size", description: "Sizes.", enforcementLevel: "mandatory",
  configSchema: { properties: { max: { type: "integer", default: 3 }, unit: { type: "string", default: "GiB" } } },
  validateResource: things((args, report) => {
    const { max, unit } = args.getConfig();
    if (args.props.size > max) report(args.props.size + " is more than " + max + " " + unit);
  }) },`;

conformance({
  name: "policy-config",
  area,
  semantic:
    "A policy's properties are its schema's defaults, over them what the pack sets, over them what the config file sets.",
  like: ["TestReconcilePolicyPackConfig"],
  files: {
    ...pack(sized, { args: `{ size: { max: 5, enforcementLevel: "mandatory" } }` }),
    "config.json": `{ "size": { "max": 7 } }`,
  },
  steps: [
    {
      run: "preview",
      program: `new Thing("a", { size: 6 });`,
      policyPacks,
      expect: {
        outcome: "failed",
        violations: ["mandatory size a"],
        check: ({ violations }) => assert.match(violations[0] ?? "", /6 is more than 5 GiB$/),
      },
    },
    { run: "preview", policyPacks: [{ dir: "pack", config: "config.json" }], expect: { violations: [] } },
  ],
});

conformance({
  name: "policy-config-invalid",
  area,
  semantic: "Settings that do not keep to a policy's schema end the run before anything is done.",
  like: ["TestValidatePolicyPackConfig"],
  files: { ...pack(sized), "config.json": `{ "size": { "max": "many" } }` },
  steps: [
    {
      run: "up",
      program: `new Thing("a");`,
      policyPacks: [{ dir: "pack", config: "config.json" }],
      expect: {
        outcome: "failed",
        errors: [/size: max\b.*integer|validating policy config/],
        calls: [],
        violations: [],
      },
    },
  ],
});

const owned = `{ name: "owned", description: "Owners.", enforcementLevel: "remediate",
  remediateResource: things((args) => { if (!args.props.owner) { args.props.owner = "ops"; return args.props; } return undefined; }),
  validateResource: things((args, report) => { if (args.props.owner !== "ops") report("the owner is " + args.props.owner); }) },`;

conformance({
  name: "policy-remediation",
  area,
  semantic:
    "A remediation rewrites checked inputs: they are what is created and stored, and the next run changes nothing.",
  like: ["TestRemediateAnalyzer", "TestSimpleAnalyzeResourceFailureRemediateDowngradedToMandatory"],
  files: pack(owned),
  settles: false,
  steps: [
    {
      run: "up",
      policyPacks,
      program: `new Thing("a", { size: 1, token: pulumi.secret("s3cr3t-t0ken") });`,
      expect: {
        remediations: ["owned a"],
        violations: [],
        state: {
          a: { inputs: { size: 1, owner: "ops", token: { secret: "s3cr3t-t0ken" } }, outputs: { owner: "ops" } },
        },
        nowhere: /s3cr3t-t0ken/,
      },
    },
    { run: "up", policyPacks, expect: { remediations: ["owned a"], plan: {}, calls: [] } },
  ],
});

conformance({
  name: "policy-remediation-remains",
  area,
  semantic: "What a remediation leaves violated is mandatory.",
  like: ["TestSimpleAnalyzeResourceFailureRemediateDowngradedToMandatory"],
  files: pack(owned),
  steps: [
    {
      run: "up",
      policyPacks,
      program: `new Thing("a", { owner: "me" });`,
      expect: { outcome: "failed", violations: ["mandatory owned a"], remediations: [], calls: [] },
    },
  ],
});

conformance({
  name: "policy-several-packs",
  area,
  semantic:
    "Packs remediate one after the other, each seeing what the one before made; all of them then look at the result.",
  files: {
    ...pack(owned, { name: "first" }),
    ...pack(rule("seen", "advisory", `"owned by " + props.owner`), {
      dir: "other",
      name: "second",
      more: "version: 9.9.9\n",
    }),
  },
  settles: false,
  steps: [
    {
      run: "up",
      policyPacks: [{ dir: "pack" }, { dir: "other" }],
      program: `new Thing("a");`,
      expect: {
        violations: ["advisory seen a"],
        remediations: ["owned a"],
        check: ({ violations, log }) => {
          assert.match(violations[0] ?? "", /owned by ops$/);
          // The version in PulumiPolicy.yaml wins over the package's.
          const { summaryEvent } = log.find((line) => line.summaryEvent) ?? {};
          assert.deepEqual(Object.values(summaryEvent.PolicyPacks).sort(), ["1.2.3", "9.9.9"]);
        },
      },
    },
  ],
});

const lonely = `{ name: "lonely", description: "Alone.", enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const { name, type, props, parent, dependencies, urn } of resources) {
      if (type !== "cloud:index:Thing" || props.alone !== true) continue;
      report("address " + props.address + " below " + parent.name + " needs " + dependencies.map((on) => on.name).join(), urn);
    }
  } },`;

conformance({
  name: "policy-stack",
  area,
  semantic:
    "A stack policy sees all resources with outputs, parents and dependencies at the end; a violation fails the run, whose changes stay.",
  like: ["TestSimpleAnalyzeStack", "TestSimpleAnalyzeStackFailure", "TestStackPolicyViolationURN"],
  files: pack(lonely),
  steps: [
    {
      run: "up",
      policyPacks,
      program: `
        const a = new Thing("a");
        new Group("g", (parent) => { new Thing("b", { alone: true }, { parent, dependsOn: [a] }); });`,
      expect: {
        outcome: "failed",
        violations: ["mandatory lonely b"],
        calls: ["create a", "create b"],
        resources: ["a", "b", "g"],
        check: ({ violations }) => assert.match(violations[0] ?? "", /address \S+ below g needs a$/),
      },
    },
    {
      run: "up",
      policyPacks,
      faults: [{ call: "create c", error: "quota" }],
      program: `const a = new Thing("a"); new Thing("c");
        new Group("g", (parent) => { new Thing("b", { alone: true }, { parent, dependsOn: [a] }); });`,
      // After a failure nobody looks at the stack.
      expect: { outcome: "failed", violations: [], errors: [/quota|update failed/] },
    },
  ],
});

conformance({
  name: "policy-unknowns",
  area,
  semantic:
    "A policy that needs a value that only the update will know says so in the preview and is no violation; the update asks it again.",
  like: ["TestAnalyzerUnknowns"],
  files: pack(rule("addressed", "mandatory", `props.address2.startsWith("10.") && "it is internal"`)),
  steps: [
    {
      run: "preview",
      policyPacks,
      program: `const a = new Thing("a", { address2: "192.0.2.1" }); new Thing("b", { address2: a.address });`,
      expect: {
        violations: ["advisory addressed b"],
        check: ({ violations }) => assert.match(violations[0] ?? "", /address2 can't be known during preview/),
      },
    },
    { run: "up", policyPacks, expect: { outcome: "succeeded", calls: ["create a", "create b"] } },
  ],
});

conformance({
  name: "policy-secrets",
  area,
  semantic: "Policies see secrets in clear and a remediation keeps them secret; nobody else sees them.",
  files: pack(`{ name: "long", description: "Length.", enforcementLevel: "remediate",
    remediateResource: things((args) => { args.props.length = args.props.password.length; return args.props; }) },`),
  settles: false,
  steps: [
    {
      run: "up",
      policyPacks,
      program: `new Thing("a", { password: pulumi.secret("hidden-pa55word"), nested: { key: pulumi.secret("hidden-key") } });`,
      expect: {
        remediations: ["long a"],
        state: {
          a: {
            inputs: { length: 15, password: { secret: "hidden-pa55word" }, nested: { key: { secret: "hidden-key" } } },
          },
        },
        nowhere: /hidden-/,
      },
    },
  ],
});

conformance({
  name: "policy-resource-facts",
  area,
  semantic:
    "Policies are asked about every registration, components and providers too, and see options and the provider's inputs.",
  like: ["TestAnalyzerResourceOptions"],
  files:
    pack(`{ name: "facts", description: "Facts.", enforcementLevel: "advisory", validateResource: (args, report) => {
    const { type, name, opts, provider, props } = args;
    report(JSON.stringify({ type, name, protect: opts.protect, ignored: opts.ignoreChanges, parent: (opts.parent || "").split("::").pop(),
      dbr: opts.deleteBeforeReplace, timeout: opts.customTimeouts.createSeconds, provider: provider && provider.name + provider.props.region,
      internal: Object.keys(props).filter((key) => key.startsWith("__")) }));
  } },`),
  settles: false,
  steps: [
    {
      run: "preview",
      policyPacks,
      program: `
        const provider = new Provider("p", { region: "eu" });
        new Group("g", (parent) => { new Thing("a", {}, { parent, provider, protect: true, ignoreChanges: ["size"],
          deleteBeforeReplace: true, customTimeouts: { create: "2m" } }); });`,
      expect: {
        check: ({ violations }) => {
          const seen = violations.map((text) => JSON.parse(text.slice(text.indexOf("{"))));
          assert.deepEqual(seen.map(({ name }) => name).sort(), ["a", "g", "p", "test-dev"]);
          assert.deepEqual(
            seen.find(({ name }) => name === "a"),
            {
              type: "cloud:index:Thing",
              name: "a",
              protect: true,
              ignored: ["size"],
              parent: "g",
              dbr: true,
              timeout: 120,
              provider: "peu",
              internal: [],
            },
          );
        },
      },
    },
  ],
});

conformance({
  name: "policy-error",
  area,
  semantic: "A policy that throws fails the run, which names it; nothing is done about the resource.",
  files: pack(rule("broken", "advisory", `(() => { throw new Error("out of order"); })()`)),
  steps: [
    {
      run: "up",
      policyPacks,
      program: `new Thing("a");`,
      expect: { outcome: "failed", errors: [/policy 'broken'[\s\S]*out of order/], calls: [], resources: [] },
    },
  ],
});

conformance({
  name: "policy-remediation-replace",
  area,
  semantic: "A remediation holds for the new object of a replacement, too.",
  files: pack(owned),
  differs:
    "the real engine checks a replacement's inputs anew and forgets what was remediated: the new object violates the policy",
  settles: false,
  steps: [
    { run: "up", policyPacks, program: `new Thing("a", { zone: "x" });` },
    {
      run: "up",
      policyPacks,
      program: `new Thing("a", { zone: "y" });`,
      expect: { plan: { a: { op: "replace", keys: ["zone"] } }, state: { a: { inputs: { zone: "y", owner: "ops" } } } },
    },
  ],
});
