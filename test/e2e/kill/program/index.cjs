// Makes the resources that the stack config lists: [{ type, name, props, opts, after }]. "${name.property}" in props is the output of another.
const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");

const made = {};
for (const { type, name, props, opts = {}, after = [] } of new pulumi.Config("declared").requireObject("resources")) {
  const dependsOn = after.map((other) => made[other]);
  made[name] = new docker[type](name, resolve(props), { ...opts, dependsOn });
}

function resolve(value) {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item)]));
  const [, name, property] = /^\$\{(\w+)\.(\w+)\}$/.exec(value) ?? [];
  return name ? made[name][property] : value;
}
