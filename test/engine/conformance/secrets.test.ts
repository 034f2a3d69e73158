import { conformance, seal } from "./conformance.js";

const config = `password: {secure: "${await seal("hush-hush")}"}\ndeep: {list: [{secure: "${await seal("deep-hush")}"}], plain: 1}`;

conformance({
  name: "secret-config",
  area: "secrets",
  semantic:
    "A secret of the config is secret in inputs, outputs and stack outputs, and is in clear neither in the state nor in what is shown.",
  like: ["TestConfigSecrets", "TestEventSecrets", "TestSecretMasked"],
  config,
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a", { password: config.requireSecret("password"), plain: 1 }); return { password: a.password ?? config.requireSecret("password") };`,
      expect: {
        nowhere: /hush-hush/,
        provider: [{ method: "create", name: "a", inputs: { password: "hush-hush" } }],
        state: {
          a: {
            inputs: { password: { secret: "hush-hush" }, plain: 1 },
            outputs: { password: { secret: "hush-hush" }, plain: 1 },
          },
        },
        outputs: { password: { secret: "hush-hush" } },
      },
    },
  ],
});

conformance({
  name: "secret-in-structured-config",
  area: "secrets",
  semantic: "A structured config value with one secret in it is secret as a whole.",
  like: ["TestConfigSecrets"],
  config,
  steps: [
    {
      run: "up",
      program: `new Thing("a", { deep: config.requireSecretObject("deep") });`,
      expect: {
        nowhere: /deep-hush/,
        state: { a: { inputs: { deep: { secret: { list: ["deep-hush"], plain: 1 } } } } },
      },
    },
  ],
});

conformance({
  name: "secret-through-apply",
  area: "secrets",
  semantic: "What is computed from a secret is one, also inside of other values.",
  like: ["TestSecretTaint"],
  steps: [
    {
      run: "up",
      program: `
        const word = pulumi.secret("hush-hush");
        new Thing("a", { text: pulumi.interpolate\`word: \${word}\`, list: [1, { inner: word }], plain: "shown" });
        return { length: word.apply((text) => text.length), plain: 1 };`,
      expect: {
        nowhere: /hush-hush/,
        state: {
          a: {
            inputs: {
              text: { secret: "word: hush-hush" },
              list: { secret: [1, { inner: "hush-hush" }] },
              plain: "shown",
            },
          },
        },
        outputs: { length: { secret: 9 }, plain: 1 },
      },
    },
  ],
});

conformance({
  name: "secret-taint-without-provider-support",
  area: "secrets",
  semantic:
    "For a provider that knows no secrets, an output is secret if the input of its name is; in a list the whole list, in a map the member.",
  like: ["TestAdditionalSecretOutputs", "TestProviderSecretSupport"],
  steps: [
    {
      run: "up",
      program: `new Thing("a", { list: ["x", pulumi.secret("hush-hush")], map: { one: pulumi.secret("hush-too"), two: 2 } });`,
      expect: {
        nowhere: /hush-(hush|too)/,
        state: {
          a: { outputs: { list: { secret: ["x", "hush-hush"] }, map: { one: { secret: "hush-too" }, two: 2 } } },
        },
      },
    },
  ],
});

conformance({
  name: "secret-with-provider-support",
  area: "secrets",
  semantic: "A provider that knows secrets gets them marked, and what it returns marked stays so.",
  like: ["TestProviderSecretSupport"],
  packages: { vault: { acceptsSecrets: true } },
  steps: [
    {
      run: "up",
      program: `new (type("Thing", "vault"))("a", { word: pulumi.secret("hush-hush") });`,
      expect: {
        nowhere: /hush-hush/,
        provider: [{ method: "create", package: "vault", inputs: { word: { secret: "hush-hush" } } }],
        state: { a: { outputs: { word: { secret: "hush-hush" } } } },
      },
    },
  ],
});

conformance({
  name: "additional-secret-outputs",
  area: "secrets",
  semantic: "`additionalSecretOutputs` makes outputs secret that the provider knows as plain, also in what uses them.",
  like: ["TestAdditionalSecretOutputs"],
  steps: [
    {
      run: "up",
      program: `
        const a = new Thing("a", {}, { additionalSecretOutputs: ["token"] });
        new Thing("b", { copy: a.token });
        return { token: a.token, address: a.address };`,
      expect: {
        nowhere: /token-obj-1/,
        state: {
          a: {
            additionalSecretOutputs: ["token"],
            outputs: { token: { secret: "token-obj-1" }, address: "addr-obj-1" },
          },
          b: { inputs: { copy: { secret: "token-obj-1" } } },
        },
        outputs: { token: { secret: "token-obj-1" }, address: "addr-obj-1" },
      },
    },
    { run: "up", expect: { plan: {}, state: { a: { outputs: { token: { secret: "token-obj-1" } } } } } },
  ],
});

conformance({
  name: "value-becomes-a-secret",
  area: "secrets",
  semantic:
    "A value that becomes a secret, and is the same otherwise, is no change, but is encrypted in the state from then on.",
  like: ["TestSecretUnchanged"],
  steps: [
    { run: "up", program: `new Thing("a", { word: "hush-hush" });` },
    {
      run: "up",
      program: `new Thing("a", { word: pulumi.secret("hush-hush") });`,
      expect: { plan: { a: "same" }, calls: [], state: { a: { inputs: { word: { secret: "hush-hush" } } } } },
    },
  ],
});
