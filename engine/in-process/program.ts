import { inspect } from "node:util";
import type { ProgramService } from "../deploy/program/program-service.js";
import type { ProgramExit, ProgramLaunch, RunningProgram } from "../program-host.js";
import { directClient } from "./client.js";
import type { Main } from "./entry.js";
import { type Context, type GuardedProgram, guard, ProgramExited, thisContext } from "./guards.js";
import { Logger } from "./logger.js";
import { type LoggedResource, ORGANIZATION, type Sdk, type Store } from "./sdk.js";

/** Told the reason already: what the SDK's runner ends with. */
const TOLD = 32;
/** What the SDK takes for "connected"; what is called is the direct client. */
const NO_ADDRESS = "in-process";

/** One run of a program's main function for one stack, in an async context of its own. */
export class InProcessProgram implements RunningProgram, GuardedProgram {
  readonly exit: Promise<ProgramExit>;
  #end: (exit: ProgramExit) => void = () => {};
  #ended = false;
  readonly #inEngine = thisContext();
  #inProgram: Context = thisContext();
  /** What went wrong, each once. */
  readonly #faults = new Set<unknown>();
  readonly #partialLines = { stdout: "", stderr: "" };
  #release: () => void = () => {};
  #logger: Logger | undefined;

  /** @param address `host:port` of the engine's gRPC server; undefined to call the service without a wire. */
  constructor(
    private readonly sdk: Sdk,
    private readonly main: Main,
    private readonly launch: ProgramLaunch,
    private readonly service: ProgramService,
    private readonly address: string | undefined,
  ) {
    this.exit = new Promise((resolve) => {
      this.#end = (exit) => {
        if (this.#ended) return;
        this.#flushLines();
        this.#ended = true;
        this.#release();
        resolve(exit);
      };
    });
    sdk.state.withLocalStorage(() => this.#run());
  }

  async #run(): Promise<void> {
    const { settings, state, stack } = this.sdk;
    const store = state.getStore();
    this.#inProgram = thisContext();
    this.#release = guard(store, this);
    this.#connect(store);
    try {
      await stack.runInPulumiStack(async () => this.main());
      await this.#registrations();
      if (this.#faults.size === 0) await settings.signalAndWaitForShutdown();
    } catch (error) {
      // The run is ending: why has been said.
      if (!this.sdk.errors.isGrpcError(error)) this.uncaught(error);
      await this.#registrations();
    }
    await this.#logger?.idle();
    this.#tellLeaks();
    this.#disconnect(store);
    this.#end({ code: this.#faults.size > 0 ? TOLD : 0, signal: null });
  }

  #connect(store: Store): void {
    const { project, stack, parallel, preview, config, secretKeys } = this.launch;
    const { settings, config: runtimeConfig } = this.sdk;
    const address = this.address ?? NO_ADDRESS;
    settings.resetOptions(project.name, stack, parallel, address, address, preview, ORGANIZATION);
    store.settings.options.rootDirectory = project.root;
    runtimeConfig.setAllConfig(config, secretKeys);
    this.#logger = new Logger(store, this.sdk);
    if (this.address !== undefined) return;
    // Nothing more is served: as a process of its own would, the program ends.
    const unavailable = () => setImmediate(() => this.#end({ code: 0, signal: null }));
    store.settings.monitor = directClient(this.service.monitor, this.#inEngine, unavailable);
    store.settings.engine = directClient(this.service.engine, this.#inEngine, unavailable);
  }

  /** Resolves when nothing is being registered and all failures of that have come up. */
  async #registrations(): Promise<void> {
    await this.sdk.settings.waitForRPCs();
    // Rejections that nobody handles are only known on the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    await this.sdk.settings.waitForRPCs();
  }

  #tellLeaks(): void {
    if (this.#faults.size > 0) return;
    const [leaks, message] = this.sdk.debuggable.leakedPromises();
    if (leaks.size > 0) this.printed("stderr", `${message}\n`);
  }

  #disconnect(store: Store): void {
    this.sdk.settings.disconnectSync();
    for (const client of [store.settings.monitor, store.settings.engine]) client?.close();
  }

  /** What a program started cannot be taken back: it is answered no more, and what it prints is dropped. */
  async stop(): Promise<void> {
    this.#end({ code: null, signal: "SIGKILL" });
  }

  uncaught(error: unknown): void {
    const { errors } = this.sdk;
    if (this.#ended || this.#faults.has(error) || error instanceof ProgramExited) return;
    if (typeof error === "object" && error !== null && errors.isGrpcError(error)) return;
    this.#faults.add(error);
    const log = (message: string, resource?: LoggedResource) =>
      this.#inProgram(() => this.#logger?.log("error", message, resource));
    if (errors.RunError.isInstance(error)) log(error.message);
    else if (errors.ResourceError.isInstance(error))
      log(error.hideStack ? error.message : describe(error), error.resource);
    else log(`The program failed with an unhandled exception:\n${describe(error)}`);
  }

  exited(code: number): void {
    this.#end({ code, signal: null });
  }

  stuck(): void {
    this.printed("stderr", "the program waits for something that never happens\n");
    this.#end({ code: this.#faults.size > 0 ? TOLD : 13, signal: null });
  }

  printed(stream: "stdout" | "stderr", text: string): void {
    if (this.#ended) return;
    const lines = (this.#partialLines[stream] + text).split("\n");
    this.#partialLines[stream] = lines.pop() ?? "";
    for (const line of lines) this.#inEngine(() => this.launch.onEvent({ kind: "output", stream, line }));
  }

  #flushLines(): void {
    for (const stream of ["stdout", "stderr"] as const)
      if (this.#partialLines[stream] !== "") this.printed(stream, "\n");
  }
}

function describe(error: unknown): string {
  return inspect(error, { colors: false });
}
