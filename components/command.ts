import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform.js";

/** Arguments of a command on the operator's computer. */
export type CommandArgs = local.CommandArgs;

/**
 * A command on the operator's computer that brings something about, run again when its arguments change. Not a replacement,
 * so that nothing that depends on it is replaced either.
 */
export function makeCommand(
  transform: Transform<CommandArgs> | undefined,
  name: string,
  args: CommandArgs,
  opts: pulumi.CustomResourceOptions,
): local.Command {
  // Standard output is the result; what goes wrong is on standard error, and shown.
  return new local.Command(...transformed(transform, name, { logging: local.Logging.Stderr, ...args }, opts));
}
