import grpc from "@grpc/grpc-js";
import { EngineError } from "../errors.js";
import { PartialFailure } from "../provider.js";
import type { PropertyMap } from "../values.js";
import type { Struct } from "../wire.js";
import { RpcError } from "./rpc.js";

/** The error with all that it tells in its message: its cause, the inputs that are wrong, and how the plugin's process ended. */
export function explained(error: RpcError, obituary: string | undefined): RpcError {
  const { cause, badInputs } = error.details;
  const lines = [cause === undefined ? error.message : `${error.message}: ${cause.getMessage()}`];
  for (const item of badInputs?.getErrorsList() ?? []) lines.push(`  ${item.getPropertyPath()}: ${item.getReason()}`);
  if (error.status === grpc.status.UNAVAILABLE && obituary !== undefined) lines[0] = obituary;
  return new RpcError(lines.join("\n"), error.status, error.details);
}

/** A PartialFailure if the details say that the object exists, else the error itself. */
export function partialFailure(error: unknown, read: (struct: Struct | undefined) => PropertyMap): unknown {
  const failed = error instanceof RpcError ? error.details.initFailed : undefined;
  if (failed === undefined) return error;
  const inputs = failed.getInputs();
  const reasons = failed.getReasonsList();
  return new PartialFailure(
    failed.getId(),
    read(failed.getProperties()),
    // Without a reason it would count as finished.
    reasons.length > 0 ? reasons : [(error as RpcError).message],
    inputs && read(inputs),
  );
}

/** What a plugin misses in its configuration is the user's to give. */
export function configureError(error: unknown): unknown {
  const missing = error instanceof RpcError ? error.details.missingKeys?.getMissingkeysList() : undefined;
  if (missing === undefined || missing.length === 0) return error;
  const lines = missing.map((key) => `missing required configuration key "${key.getName()}": ${key.getDescription()}`);
  const keys = missing.map((key) => `\`pulumi config set ${key.getName()} <value>\``).join(", ");
  return new EngineError(lines.join("\n"), `set it in the stack file, or with ${keys}`, 1);
}
