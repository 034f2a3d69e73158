import { expect } from "vitest";
import { conformance } from "./conformance.js";
import type { CheckpointResource, Observation } from "./types.js";

/** How SDKs that were made for one package in one version register it: the value is what the plugin makes the package of. */
const MOON = `
  const deployment = require("@pulumi/pulumi/runtime");
  const resourceProto = require("@pulumi/pulumi/proto/resource_pb");
  const register = (version, value) => new Promise((resolve, reject) => {
    const parameter = new resourceProto.Parameterization();
    parameter.setName("moon");
    parameter.setVersion(version);
    parameter.setValue(Buffer.from(value).toString("base64"));
    const request = new resourceProto.RegisterPackageRequest();
    request.setName("cloud");
    request.setVersion("1.0.0");
    request.setParameterization(parameter);
    deployment.getMonitor().registerPackage(request, (error, answer) => (error ? reject(error) : resolve(answer.getRef())));
  });
  const moon = (ref) => class extends pulumi.CustomResource {
    constructor(name, props, opts) { super("moon:index:Thing", name, { address: undefined, ...props }, opts, false, ref); }
  };
  const MoonProvider = class extends pulumi.ProviderResource {
    constructor(name, props, ref) { super("moon", name, props, {}, false, ref); }
  };
`;
/** Default providers are not among what cases speak of by name. */
function hidden(name: string, expected: Partial<CheckpointResource>) {
  return ({ deployment }: Observation) => {
    const found = deployment?.resources?.find(({ urn }) => urn.endsWith(`::pulumi:providers:${name}`));
    expect(found).toMatchObject(expected);
  };
}

const packages = { moon: {} };
const internal = { name: "cloud", version: "1.0.0", parameterization: Buffer.from("craters").toString("base64") };

conformance({
  name: "parameterized-package",
  area: "plugins",
  semantic:
    "A package that a plugin serves by a parameter has a default provider of its own, which names plugin and parameter in the state.",
  like: ["TestPackageRef", "TestReplacementParameterizedProvider"],
  packages,
  config: "moon:phase: full",
  steps: [
    {
      run: "up",
      program: `${MOON} const ref = register("2.1.0", "craters"); new (moon(ref))("a", { size: 1 }); new Thing("b");`,
      expect: {
        plan: { a: "create", b: "create" },
        provider: [{ method: "configure", package: "moon", args: { phase: "full" } }],
        state: {
          a: { type: "moon:index:Thing", provider: /::pulumi:providers:moon::default_2_1_0::/ },
        },
        check: hidden("moon::default_2_1_0", {
          inputs: { __internal: internal, phase: "full", version: "2.1.0" },
          outputs: { phase: "full", version: "2.1.0" },
        }),
      },
    },
    { run: "refresh", expect: { plan: {} } },
    { run: "up", program: "", expect: { calls: ["delete a", "delete b"], resources: [] } },
  ],
});

conformance({
  name: "parameterized-explicit-provider",
  area: "plugins",
  differs:
    "the next run of the real engine takes the plugin's version in the state for the package's, and plans an update of the provider",
  semantic: "An explicit provider of a parameterized package is served by the plugin with the same parameter.",
  like: ["TestReplacementParameterizedProvider"],
  packages,
  steps: [
    {
      run: "up",
      program: `${MOON}
        const ref = register("2.1.0", "craters");
        const far = new MoonProvider("far", { region: "x" }, ref);
        new (moon(ref))("a", {}, { provider: far });`,
      expect: {
        state: {
          far: { inputs: { __internal: internal, region: "x", version: "2.1.0" } },
          a: { provider: /::pulumi:providers:moon::far::/ },
        },
      },
    },
  ],
});

conformance({
  name: "package-registered-twice",
  area: "plugins",
  semantic: "The same package registered twice is one package; in two versions it has two default providers.",
  like: ["TestPackageRef"],
  packages,
  steps: [
    {
      run: "up",
      program: `${MOON}
        const [one, again, other] = await Promise.all([register("2.1.0", "x"), register("2.1.0", "x"), register("3.0.0", "x")]);
        new (moon(one))("a"); new (moon(again))("b"); new (moon(other))("c");
        return { same: one === again, different: one !== other };`,
      expect: {
        outputs: { same: true, different: true },
        state: {
          a: { provider: /::default_2_1_0::/ },
          b: { provider: /::default_2_1_0::/ },
          c: { provider: /::default_3_0_0::/ },
        },
      },
    },
  ],
});

conformance({
  name: "default-provider-of-each-version",
  area: "plugins",
  semantic:
    "Each version of a package that the program asks for has a default provider of its own; another one replaces nothing.",
  like: ["TestProviderVersionAssignment", "TestSingleResourceDefaultProviderUpgrade"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", {}, { version: "1.2.3" }); new Thing("b", {}, { version: "1.2.3-beta.4+build" });`,
      expect: {
        state: {
          a: { provider: /::default_1_2_3::/ },
          b: { provider: /::default_1_2_3_beta_4_build::/ },
        },
        check: hidden("cloud::default_1_2_3", {
          inputs: { version: "1.2.3", __internal: {} },
          outputs: { version: "1.2.3" },
        }),
      },
    },
    {
      run: "up",
      program: `new Thing("a", {}, { version: "2.0.0" });`,
      expect: { plan: { b: "delete" }, calls: ["delete b"], state: { a: { provider: /::default_2_0_0::/ } } },
    },
  ],
});

conformance({
  name: "plugin-download-url",
  area: "plugins",
  semantic: "Where a plugin comes from tells default providers apart, and is noted in the state.",
  like: ["TestPluginDownloadURLPassthrough", "TestPluginDownloadURLDefaultProvider"],
  steps: [
    {
      run: "up",
      program: `
        new Thing("a", {}, { version: "1.2.3", pluginDownloadURL: "https://example.com/plugins/" });
        new Thing("b", {}, { version: "1.2.3" });
        new (class extends pulumi.ProviderResource {})("cloud", "far", {}, { pluginDownloadURL: "https://example.com" });`,
      expect: {
        state: {
          a: { provider: /::default_1_2_3_https_\/example.com\/plugins::/ },
          b: { provider: /::default_1_2_3::/ },
          far: { inputs: { __internal: { pluginDownloadURL: "https://example.com" } } },
        },
        check: hidden("cloud::default_1_2_3_https_/example.com/plugins", {
          inputs: { __internal: { pluginDownloadURL: "https://example.com/plugins" }, version: "1.2.3" },
        }),
      },
    },
  ],
});

conformance({
  name: "default-providers-disabled",
  area: "plugins",
  semantic: "Packages whose default providers are disabled need an explicit provider; others do not.",
  like: ["TestMultipleResourceDenyDefaultProviderLifecycle", "TestDenyDefaultProvider"],
  packages: { other: {} },
  config: `pulumi:disable-default-providers: ["cloud"]`,
  steps: [
    {
      run: "up",
      program: `
        const far = new Provider("far", { region: "moon" });
        new Thing("a", {}, { provider: far }); new (type("Thing", "other"))("b");`,
      expect: { calls: ["create a", "create b"] },
    },
    {
      run: "up",
      program: `new Thing("c");`,
      expect: { outcome: "failed", errors: [/[Dd]efault provider.*cloud/], calls: [], resources: ["a", "b"] },
    },
  ],
  settles: false,
});

conformance({
  name: "environment-mappings",
  area: "plugins",
  semantic: "A provider that is to see a variable of the environment under another name has the mapping in the state.",
  like: ["TestEnvVarMappings"],
  steps: [
    {
      run: "up",
      program: `
        const far = new Provider("far", { region: "moon" }, { envVarMappings: { MY_TOKEN: "CLOUD_TOKEN" } });
        new Thing("a", {}, { provider: far });`,
      expect: { state: { far: { inputs: { __internal: { envVarMappings: { MY_TOKEN: "CLOUD_TOKEN" } } } } } },
    },
  ],
});

conformance({
  name: "provider-alias",
  area: "plugins",
  semantic:
    "A provider under another name, with its former one as alias, is the same provider: nothing of its resources is replaced.",
  like: ["TestSingleResourceExplicitProviderAliasUpdateDelete"],
  steps: [
    { run: "up", program: `const p = new Provider("p", { region: "moon" }); new Thing("a", {}, { provider: p });` },
    {
      run: "up",
      program: `const q = new Provider("q", { region: "moon" }, { aliases: [{ name: "p" }] }); new Thing("a", {}, { provider: q });`,
      expect: { calls: [], state: { a: { id: "obj-1", provider: /::q::/ }, p: null } },
    },
  ],
});

conformance({
  name: "providers-of-nested-components",
  area: "plugins",
  semantic: "Components hand their providers down to functions and resources inside; the innermost of a package wins.",
  like: ["TestComponentProvidersInheritance"],
  packages: { other: {} },
  steps: [
    {
      run: "up",
      program: `
        const outer = new Provider("outer", { region: "x" });
        const inner = new Provider("inner", { region: "x" });
        const others = new pulumi.ProviderResource("other", "others", {});
        new Group("g", (self) => {
          new Group("h", (deep) => {
            new Thing("a", {}, { parent: deep });
            new (type("Thing", "other"))("b", {}, { parent: deep });
          }, { parent: self, providers: [inner] });
          new Thing("c", {}, { parent: self });
        }, { providers: [outer, others] });`,
      expect: {
        state: { a: { provider: /::inner::/ }, b: { provider: /::others::/ }, c: { provider: /::outer::/ } },
      },
    },
  ],
});
