import * as pulumi from "@pulumi/pulumi";
import { Fleet, readStackConfig } from "./components/index.js";

/**
 * The program: the stack config makes a fleet, and the fleet's outputs are the stack's. A function, so that an engine may run
 * many stacks side by side in one process.
 */
export default async function program() {
  const stack = pulumi.getStack();
  const { spec, secrets } = readStackConfig(stack);
  const fleet = await Fleet.create(stack, { spec, secrets });
  const { agents, edge, services, images, machines, clouds, dns } = fleet.outputs;
  return { agents, edge, services, images, machines, clouds, dns, tokens: fleet.tokens };
}
