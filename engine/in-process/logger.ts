import type { LogFunction, LoggedResource, Sdk, Store } from "./sdk.js";

type Level = "info" | "warn" | "error";
const SEVERITY: Record<Level, number> = { info: 1, warn: 2, error: 3 };

const loggers = new WeakMap<object, Logger>();
const patched = new WeakSet<Sdk>();

/**
 * The log of one program. The SDK's own has one queue for the whole process: a message about a resource that never comes to be would
 * hold up those of all other programs for ever.
 */
export class Logger {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly sdk: Sdk,
  ) {
    loggers.set(store, this);
    if (!patched.has(sdk)) patch(sdk);
    patched.add(sdk);
  }

  async log(
    level: Level,
    message: string,
    resource?: LoggedResource,
    streamId?: number,
    ephemeral?: boolean,
  ): Promise<void> {
    const { settings, engineProto } = this.sdk;
    if (level === "error") this.store.logErrorCount++;
    const engine = settings.getEngine();
    if (engine === undefined) return;
    const request = new engineProto.LogRequest();
    request.setSeverity(SEVERITY[level]);
    request.setMessage(message);
    request.setStreamid(streamId ?? 0);
    request.setEphemeral(ephemeral === true);
    const done = settings.rpcKeepAlive();
    const sent = Promise.all([this.#last, resource?.urn.promise().catch(() => "") ?? ""]).then(([, urn]) => {
      request.setUrn(urn);
      return new Promise<void>((resolve) => engine.log(request, () => resolve()));
    });
    this.#last = sent.catch(() => undefined).then(done);
    await this.#last;
  }

  /** Resolves when all has been sent that was logged so far. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

function patch(sdk: Sdk): void {
  for (const level of ["info", "warn", "error"] as const) {
    const original: LogFunction = sdk.log[level];
    sdk.log[level] = (...args) => {
      const logger = loggers.get(sdk.state.getStore());
      return logger === undefined ? original(...args) : logger.log(level, ...args);
    };
  }
}
