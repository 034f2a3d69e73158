import { conformance, urn } from "./conformance.js";

conformance({
  name: "component-outputs",
  area: "components and outputs",
  semantic: "What a component registers as outputs is in its state, and in whole what it registers next time.",
  like: ["TestComponentOutputs"],
  steps: [
    {
      run: "up",
      program: `new Group("g", (self) => { const a = new Thing("a", {}, { parent: self }); return { id: a.id, first: 1 }; });`,
      expect: {
        plan: { g: "create", a: "create" },
        state: { g: { custom: false, id: undefined, outputs: { id: "obj-1", first: 1 } } },
      },
    },
    {
      run: "up",
      program: `new Group("g", (self) => { const a = new Thing("a", {}, { parent: self }); return { second: 2 }; });`,
      expect: {
        plan: { g: "same", a: "same" },
        state: { g: { outputs: { id: undefined, first: undefined, second: 2 } } },
      },
    },
  ],
});

conformance({
  name: "component-urns",
  area: "components and outputs",
  semantic: "The URN of a child has the types of all its parents but the root stack.",
  steps: [
    {
      run: "up",
      program: `
        new Group("outer", (outer) => {
          new Group("inner", (inner) => { new Thing("a", {}, { parent: inner }); }, { parent: outer }, "Inner");
        });`,
      expect: {
        state: {
          a: {
            urn: urn("Thing", "a", "test:index:Group", "test:index:Inner"),
            parent: urn("test:index:Inner", "inner", "test:index:Group"),
          },
          outer: { parent: urn("pulumi:pulumi:Stack", "test-dev") },
        },
      },
    },
  ],
});

const component = (size: number) => `
  class Box extends pulumi.ComponentResource {
    constructor(name, props) { super("test:index:Box", name, props); this.registerOutputs(); }
  }
  new Box("box", { size: ${size} });`;
conformance({
  name: "component-inputs",
  area: "components and outputs",
  semantic: "A component whose inputs changed is updated, without any provider.",
  like: ["TestComponentOutputs"],
  steps: [
    { run: "up", program: component(1), expect: { state: { box: { inputs: { size: 1 } } } } },
    {
      run: "up",
      program: component(2),
      expect: { plan: { box: "update" }, calls: [], state: { box: { inputs: { size: 2 } } } },
    },
    { run: "up", program: "", expect: { plan: { box: "delete" }, calls: [] } },
  ],
});

conformance({
  name: "stack-outputs",
  area: "components and outputs",
  semantic:
    "The program's exports are the root stack's outputs: nested, of resources, added and removed, with no step of their own.",
  like: ["TestStackOutputs"],
  steps: [
    {
      run: "up",
      program: `const a = new Thing("a"); return { id: a.id, nested: { list: [a.address, 1] }, gone: true };`,
      expect: { outputs: { id: "obj-1", nested: { list: ["addr-obj-1", 1] }, gone: true } },
    },
    {
      run: "up",
      program: `const a = new Thing("a"); return { id: a.id, added: "x" };`,
      expect: { plan: {}, outputs: { id: "obj-1", added: "x" } },
    },
  ],
});

conformance({
  name: "depends-on-component",
  area: "components and outputs",
  semantic: "To depend on a component is to depend on what is in it.",
  like: ["TestComponentDeleteDependencies"],
  steps: [
    {
      run: "up",
      program: `
        const g = new Group("g", (self) => { new Thing("a", {}, { parent: self }); });
        new Thing("b", {}, { dependsOn: [g] });`,
      expect: {
        order: ["create a", "create b"],
        state: { b: { dependencies: [urn("Thing", "a", "test:index:Group")] } },
      },
    },
  ],
});

conformance({
  name: "inputs-of-every-kind",
  area: "components and outputs",
  semantic:
    "Numbers, texts, booleans, lists, maps, empty ones and texts that look like other things come to the provider as they are.",
  steps: [
    {
      run: "up",
      program: `new Thing("a", { float: 1.5, zero: 0, negative: -3, large: 2 ** 53, no: false, empty: "", list: [], map: {}, deep: [[{ a: [null, 1] }]], text: "null", unicode: "ü€\\u2028😀", "odd.key[0]": 1 });`,
      expect: {
        provider: [
          {
            method: "create",
            name: "a",
            inputs: {
              float: 1.5,
              zero: 0,
              negative: -3,
              large: 2 ** 53,
              no: false,
              empty: "",
              list: [],
              map: {},
              deep: [[{ a: [null, 1] }]],
              text: "null",
              unicode: "ü€\u2028😀",
              "odd.key[0]": 1,
            },
          },
        ],
      },
    },
  ],
});
