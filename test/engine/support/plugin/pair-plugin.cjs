// A provider of remote components, as its author would write it: `pair:index:Pair` is two things of the fake cloud, and has a method.
const pulumi = require("@pulumi/pulumi");
const provider = require("@pulumi/pulumi/provider");

class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) {
    const labels = { entry: name, stack: pulumi.getStack() };
    super("cloud:index:Thing", name, { address: undefined, token: undefined, labels, ...props }, opts);
  }
}

class Pair extends pulumi.ComponentResource {
  constructor(name, args, opts) {
    super("pair:index:Pair", name, args, opts);
    const first = new Thing(`${name}-first`, { size: args.size, password: args.password }, { parent: this });
    const second = new Thing(`${name}-second`, { from: first.address, zone: args.zone }, { parent: this });
    this.address = second.address;
    this.password = args.password;
    this.size = args.size;
    this.registerOutputs({ address: this.address, password: this.password, size: this.size });
  }
}

const pair = {
  version: "1.0.0",
  async construct(name, type, inputs, options) {
    if (type !== "pair:index:Pair") throw new Error(`unknown component ${type}`);
    if (inputs.size === "wrong")
      throw new pulumi.InputPropertiesError({
        message: "the pair cannot be made",
        errors: [{ propertyPath: "size", reason: "must be a number" }],
      });
    const made = new Pair(name, inputs, options);
    return { urn: made.urn, state: { address: made.address, password: made.password, size: made.size } };
  },
  async call(token, inputs) {
    if (token !== "pair:index:Pair/describe") throw new Error(`unknown method ${token}`);
    if (inputs.prefix === "")
      return { outputs: undefined, failures: [{ property: "prefix", reason: "must not be empty" }] };
    return { outputs: { text: pulumi.interpolate`${inputs.prefix} ${inputs.__self__}` } };
  },
};

provider.main(pair, process.argv.slice(2));
