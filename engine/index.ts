/** The hermetic engine's public face. It imports nothing of agent-fleet and could be published on its own. */
export { run } from "./deploy/operation.js";
export { EngineError } from "./errors.js";
export type { EngineEvent, Operation, RunResult, Severity, StepInfo, StepOp } from "./events.js";
export { loadStackConfig, resolveConfig } from "./project/config.js";
export { listStackFiles, openProject, type Project, stackFile } from "./project/project.js";
export type * from "./provider.js";
export { PartialFailure, ProviderError } from "./provider.js";
export { Cancellation, type Run, type RunOptions } from "./run.js";
export { PassphraseSecrets } from "./secrets/passphrase.js";
export { type Backend, openBackend, type StackSummary } from "./state/backend.js";
export { decodeCheckpoint } from "./state/serialize.js";
export type { PendingOperation, ResourceState, Snapshot } from "./state/types.js";
export * from "./values.js";
