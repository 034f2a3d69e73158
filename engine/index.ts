/** The hermetic engine's public face. It imports nothing of agent-fleet and could be published on its own. */
export { run } from "./deploy/operation.js";
export { createDisplay, type Display, type DisplayOptions } from "./display/display.js";
export { EngineError } from "./errors.js";
export {
  type EngineEvent,
  hasChanges,
  type Operation,
  type RunResult,
  type Severity,
  type StepInfo,
  type StepOp,
} from "./events.js";
export { InProcessHost, type InProcessOptions } from "./in-process/host.js";
export type * from "./policy/types.js";
export type { ProgramExit, ProgramHost, ProgramLaunch, RunningProgram } from "./program-host.js";
export { loadStackConfig, type ResolvedConfig, rawConfig, resolveConfig, type StackConfig } from "./project/config.js";
export { checkStackName, listStackFiles, openProject, type Project, stackFile } from "./project/project.js";
export type * from "./provider.js";
export { PartialFailure, ProviderError } from "./provider.js";
export { builtinProviders, simulatedProvider } from "./providers/index.js";
export {
  type AdoptableResource,
  type Adopter,
  Cancellation,
  type ImportSpec,
  type Run,
  type RunOptions,
} from "./run.js";
export { PassphraseSecrets } from "./secrets/passphrase.js";
export { type Backend, type LoadedCheckpoint, openBackend, type StackSummary } from "./state/backend.js";
export type { Lock, LockInfo } from "./state/lock.js";
export { MemoryBackend } from "./state/memory-backend.js";
export { decodeCheckpoint, encodeSnapshot, exportDeployment, qualifiedStackName } from "./state/serialize.js";
export type { PendingOperation, ResourceState, Snapshot } from "./state/types.js";
export { verifySnapshot } from "./state/verify.js";
export * from "./values.js";
