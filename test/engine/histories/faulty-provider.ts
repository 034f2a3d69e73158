import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  PartialFailure,
  type Provider,
  type ReadRequest,
  type ReadResult,
  type RecoverRequest,
  type UpdateRequest,
  type UpdateResult,
} from "../../../engine/provider.js";
import type { PropertyMap } from "../../../engine/values.js";
import type { ProviderCall } from "./faults.js";
import type { Life } from "./life.js";
import { INJECTED, PARTIAL } from "./marks.js";

interface Asked {
  urn?: string;
  id?: string;
  signal?: AbortSignal;
  preview?: boolean;
}

/** A provider within one life of the engine: what the life's faults say goes wrong, and nothing of it outlives the process. */
export class FaultyProvider implements Provider {
  readonly package: string;
  readonly supportsPreview = true;
  readonly acceptsSecrets: boolean;

  constructor(
    private readonly inner: Provider,
    private readonly life: Life,
    /** Told when the cloud may have something that the state does not say, since a call lied. */
    private readonly onLie: () => void,
  ) {
    this.package = inner.package;
    this.acceptsSecrets = inner.acceptsSecrets ?? false;
  }

  configure(args: PropertyMap): Promise<void> {
    return this.#call("configure", {}, () => this.inner.configure(args));
  }

  async diffConfig(request: { urn: string; oldInputs: PropertyMap; news: PropertyMap }): Promise<DiffResult> {
    return this.inner.diffConfig?.(request) ?? { changes: "unknown" };
  }

  check(request: CheckRequest): Promise<CheckResult> {
    return this.#call("check", request, () => this.inner.check(request));
  }

  diff(request: DiffRequest): Promise<DiffResult> {
    return this.#call("diff", request, () => this.inner.diff(request));
  }

  create(request: CreateRequest): Promise<CreateResult> {
    return this.#call("create", request, () => this.inner.create(request));
  }

  update(request: UpdateRequest): Promise<UpdateResult> {
    return this.#call("update", request, () => this.inner.update(request));
  }

  read(request: ReadRequest): Promise<ReadResult> {
    return this.#call("read", request, () => this.inner.read(request));
  }

  delete(request: DeleteRequest): Promise<void> {
    return this.#call("delete", request, () => this.inner.delete(request));
  }

  async recover(request: RecoverRequest): Promise<ReadResult | undefined> {
    return this.#call("recover", request, async () => this.inner.recover?.(request));
  }

  async #call<T>(call: ProviderCall, asked: Asked, act: () => Promise<T>): Promise<T> {
    const { life } = this;
    const what = `${call} ${asked.urn?.split("::").pop() ?? ""}${asked.id ? ` (${asked.id})` : ""}`;
    if (asked.preview) return act();
    const faults = life.faultsOf(call);
    const effect = call === "create" || call === "update" || call === "delete";
    if (effect) await life.point(`before ${what}`);
    else await life.pause();
    for (const fault of faults) {
      if (fault.kind === "fail") throw life.injected(what);
      if (fault.kind === "hang" && !fault.after) await this.#hang(what, asked.signal);
      if (fault.kind === "invalid")
        return { inputs: {}, failures: [{ property: "size", reason: `${INJECTED}: not valid` }] } as T;
    }
    const result = await act();
    if (effect) await life.point(`after ${what}`);
    else await life.pause();
    for (const fault of faults) {
      if (fault.kind === "hang") await this.#hang(`${what}, done`, asked.signal);
      if (fault.kind === "late") {
        this.onLie();
        throw life.injected(`${what}, done`);
      }
      if (fault.kind === "partial") {
        const made = result as { id?: string; outputs: PropertyMap };
        const id = made.id ?? asked.id ?? "";
        if (id !== "") {
          life.trail.push(`PARTIAL ${what}`);
          throw new PartialFailure(id, made.outputs, [PARTIAL]);
        }
      }
    }
    return result;
  }

  /** Until the user has had enough. */
  async #hang(what: string, signal: AbortSignal | undefined): Promise<void> {
    this.life.trail.push(`HANGS ${what}`);
    this.life.cancel(true);
    if (signal?.aborted === false) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await this.life.pause();
    throw new Error(`${INJECTED}: ${what} was cut off`);
  }
}
