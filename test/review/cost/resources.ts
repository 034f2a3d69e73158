import type { JsonMap, ReviewedResource } from "../../../review/types.js";

/** A resource of the stack `test`. */
export function resource(
  type: string,
  inputs: JsonMap,
  { name = "one", uses = [] }: { name?: string; uses?: ReviewedResource[] } = {},
): ReviewedResource {
  return {
    urn: `urn:pulumi:test::fleet::${type}::${name}`,
    type,
    name,
    custom: true,
    inputs,
    outputs: {},
    dependencies: uses.map(({ urn }) => urn),
    protect: false,
    retainOnDelete: false,
  };
}

export const droplet = (inputs: JsonMap, name?: string): ReviewedResource =>
  resource("digitalocean:index/droplet:Droplet", inputs, { name });
