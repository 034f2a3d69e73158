/** The hermetic engine's public face. It imports nothing of agent-fleet and could be published on its own. */
export { EngineError } from "./errors.js";
export type { EngineEvent, Operation, RunResult, Severity, StepInfo, StepOp } from "./events.js";
export type * from "./provider.js";
export { PartialFailure, ProviderError } from "./provider.js";
export * from "./values.js";
