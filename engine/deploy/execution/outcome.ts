import type { EngineEvent } from "../../events.js";
import type { PartialFailure } from "../../provider.js";
import type { Cancellation } from "../../run.js";
import type { ResourceState } from "../../state/types.js";
import type { ResourceHooks } from "../callbacks/hooks.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import type { SnapshotManager } from "../snapshot/snapshot-manager.js";

/** What a step came to. */
export interface Outcome {
  /** The resource as it is now; undefined if it is gone. */
  state?: ResourceState;
  /** Enters it into the state. Called in one go with the end of the pending operation, so that no write sees only one of them. */
  record: () => void;
  /** The object exists but is not right yet; the state says so. */
  failure?: PartialFailure;
  /** Runs the hooks that come after the step, once the state is safe. */
  after?: () => Promise<void>;
}

export interface ApplyOptions {
  preview: boolean;
  providers: ProviderRegistry;
  snapshots: SnapshotManager;
  cancellation: Cancellation;
  hooks: ResourceHooks;
  onEvent: (event: EngineEvent) => void;
}

/** RFC 3339, as the checkpoint has times. */
export function timestamp(): string {
  return new Date().toISOString();
}

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step lacks what its kind must have");
  return value;
}
