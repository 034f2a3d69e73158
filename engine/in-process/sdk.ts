import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What programs are told; the file backend knows one only. */
export const ORGANIZATION = "organization";

/** The part of a program's SDK that runs programs inside a process: what its own automation API uses for that. */
export interface Sdk {
  version: string;
  state: {
    withLocalStorage<T>(act: () => T): T;
    getStore(): Store;
  };
  settings: {
    resetOptions(
      project: string,
      stack: string,
      parallel: number,
      engineAddress: string,
      monitorAddress: string,
      preview: boolean,
      organization: string,
    ): void;
    waitForRPCs(): Promise<void>;
    signalAndWaitForShutdown(): Promise<void>;
    disconnectSync(): void;
    getEngine(): EngineClient | undefined;
    rpcKeepAlive(): () => void;
  };
  config: { setAllConfig(config: Record<string, string>, secretKeys: string[]): void };
  stack: { runInPulumiStack(program: () => Promise<unknown>): Promise<unknown> };
  debuggable: { leakedPromises(): [Set<unknown>, string] };
  errors: {
    RunError: { isInstance(error: unknown): error is Error };
    ResourceError: {
      isInstance(error: unknown): error is Error & { hideStack: boolean; resource?: LoggedResource };
    };
    isGrpcError(error: unknown): boolean;
  };
  log: Record<"info" | "warn" | "error", LogFunction>;
  engineProto: { LogRequest: new () => LogRequest };
}

/** What the SDK keeps for each async context. */
export interface Store {
  settings: {
    options: Record<string, unknown>;
    monitor?: { close(): void };
    engine?: { close(): void };
  };
  config: Record<string, string>;
  logErrorCount: number;
}

export interface LoggedResource {
  urn: { promise(): Promise<string> };
}
export type LogFunction = (
  message: string,
  resource?: LoggedResource,
  streamId?: number,
  ephemeral?: boolean,
) => Promise<void>;
interface EngineClient {
  log(request: LogRequest, done: (error: Error | null) => void): void;
}
interface LogRequest {
  setSeverity(severity: number): void;
  setMessage(message: string): void;
  setUrn(urn: string): void;
  setStreamid(id: number): void;
  setEphemeral(ephemeral: boolean): void;
}

const native = createRequire(import.meta.url);
const known = new Map<string, Sdk | undefined>();

/** The SDK that a program in this folder gets; undefined if there is none, or one that cannot be driven from inside. */
export function loadSdk(programDir: string): Sdk | undefined {
  const root = findSdk(programDir);
  if (root === undefined) return undefined;
  if (!known.has(root)) known.set(root, load(root));
  return known.get(root);
}

/** True if the engine's messages are of the same classes as this SDK's: then they need no wire between them. */
export function sharesMessages(programDir: string): boolean {
  return findSdk(programDir) === findSdk(dirname(native.resolve("@pulumi/pulumi/package.json")));
}

function findSdk(folder: string): string | undefined {
  try {
    const require = createRequire(join(folder, "noop.js"));
    return realpathSync(dirname(require.resolve("@pulumi/pulumi/package.json")));
  } catch {
    return undefined;
  }
}

function load(root: string): Sdk | undefined {
  // Before the SDK: it changes how that loads.
  native("../deploy/program/sdk-loading.cjs");
  const part = (name: string) => native(join(root, name));
  try {
    const sdk: Sdk = {
      version: (part("package.json") as { version: string }).version,
      state: part("runtime/state.js"),
      settings: part("runtime/settings.js"),
      config: part("runtime/config.js"),
      stack: part("runtime/stack.js"),
      debuggable: part("runtime/debuggable.js"),
      errors: part("errors.js"),
      log: part("log/index.js"),
      engineProto: part("proto/engine_pb.js"),
    };
    if (!isComplete(sdk)) return undefined;
    (native("./callback-context.cjs") as { bindCallbacks(root: string): void }).bindCallbacks(root);
    return sdk;
  } catch {
    return undefined;
  }
}

/** Other releases of the SDK may lack something: their programs run in processes of their own. */
function isComplete({ state, settings, config, stack, debuggable, errors, log, engineProto }: Sdk): boolean {
  const needed = [
    state.withLocalStorage,
    state.getStore,
    settings.resetOptions,
    settings.waitForRPCs,
    settings.signalAndWaitForShutdown,
    settings.disconnectSync,
    settings.getEngine,
    settings.rpcKeepAlive,
    config.setAllConfig,
    stack.runInPulumiStack,
    debuggable.leakedPromises,
    errors.RunError?.isInstance,
    errors.ResourceError?.isInstance,
    errors.isGrpcError,
    log.info,
    log.warn,
    log.error,
    engineProto.LogRequest,
  ];
  return needed.every((item) => typeof item === "function");
}
