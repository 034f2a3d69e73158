import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mismatches } from "./match.js";
import type { Matcher, Observation, World } from "./types.js";

/** A module for programs whose hooks, and transforms, write down what they were called with. */
export const HOOK_LOG = {
  "log.js": `
const fs = require("node:fs");
const { pulumi } = require("./library");
const read = (value) => {
  if (pulumi.Output.isInstance(value)) return "output";
  if (Array.isArray(value)) return value.map(read);
  if (value === null || typeof value !== "object") return value;
  if (value.__proto__ !== Object.prototype && value.__proto__ !== null) return "unknown";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item)]));
};
const log = (entry) => fs.appendFileSync(__dirname + "/log.jsonl", JSON.stringify(entry) + "\\n");
exports.log = log;
const hook = (name, options = {}) => new pulumi.ResourceHook(name, (args) => {
  log({ hook: name, name: args.name, id: args.id, ...read({ newInputs: args.newInputs, oldInputs: args.oldInputs, newOutputs: args.newOutputs, oldOutputs: args.oldOutputs }) });
  if (options.fail) throw new Error(options.fail);
}, options);
exports.hook = hook;
exports.all = () => ({
  beforeCreate: [hook("bc")], afterCreate: [hook("ac")],
  beforeUpdate: [hook("bu")], afterUpdate: [hook("au")],
  beforeDelete: [hook("bd")], afterDelete: [hook("ad")],
});
exports.errorHook = (name, tries) => new pulumi.ErrorHook(name, (args) => {
  log({ hook: name, name: args.name, failed: args.failedOperation, errors: args.errors.length });
  return args.errors.length < tries;
});
`,
};

/** A check that the log has these lines and no others, in this order; the log is then emptied. */
export function logged(...lines: Matcher[]): (observation: Observation, world: World) => void {
  return (_, { folder }) => {
    const file = join(folder, "log.jsonl");
    const found = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    rmSync(file, { force: true });
    const problems = mismatches(
      found.map((line) => JSON.parse(line) as unknown),
      lines,
      "log",
    );
    if (problems.length > 0) throw new Error(problems.join("\n"));
  };
}
