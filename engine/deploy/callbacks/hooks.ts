import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError } from "../../errors.js";
import type { EngineEvent } from "../../events.js";
import type { ResourceState } from "../../state/types.js";
import type { PropertyMap } from "../../values.js";
import { type Struct, toStruct } from "../../wire.js";
import { parseUrn } from "../goals/urn.js";
import { messageOf } from "../message.js";
import type { CallbackFunction, Callbacks } from "./callbacks.js";
import { type HookKind, type HookNames, hookOptions } from "./hook-options.js";

/** How often a failing operation is tried before no hook is asked any more. */
const MAX_TRIES = 100;

interface ResourceHook {
  call: CallbackFunction;
  onDryRun: boolean;
  /** Its failure is only a warning. */
  ignoreErrors: boolean;
}

/** What a hook is told: the resource before and after. Outputs that do not exist yet are left out. */
export interface HookSubject {
  urn: string;
  id?: string;
  old?: ResourceState;
  new?: ResourceState;
  newOutputs?: PropertyMap;
}

export interface HookOptions {
  preview: boolean;
  onEvent: (event: EngineEvent) => void;
  /** True once nothing new may start, so that no operation is tried again either. */
  ending: () => boolean;
}

/** The hooks that a program has registered, by name, and how they are run around the steps of resources. */
export class ResourceHooks {
  readonly #hooks = new Map<string, ResourceHook>();
  readonly #errorHooks = new Map<string, CallbackFunction>();

  constructor(
    private readonly callbacks: Callbacks,
    private readonly options: HookOptions,
  ) {}

  /** True if steps may have to call back into the program. */
  get any(): boolean {
    return this.#hooks.size + this.#errorHooks.size > 0;
  }

  register(request: resourceProto.RegisterResourceHookRequest): void {
    const call = this.callbacks.wrap(request.getCallback());
    this.#claim(request.getName());
    const hook = { call, onDryRun: request.getOnDryRun(), ignoreErrors: request.getIgnoreErrors() };
    this.#hooks.set(request.getName(), hook);
  }

  registerErrorHook(request: resourceProto.RegisterErrorHookRequest): void {
    const call = this.callbacks.wrap(request.getCallback());
    this.#claim(request.getName());
    this.#errorHooks.set(request.getName(), call);
  }

  #claim(name: string): void {
    if (name === "") throw new EngineError("a resource hook was registered without a name", undefined, 1);
    if (this.#hooks.has(name) || this.#errorHooks.has(name))
      throw new EngineError(`two resource hooks are called "${name}"`, "give each a name of its own", 1);
  }

  /** Runs the hooks of one kind, one after the other. Rejects with the first failure. */
  async run(kind: Exclude<HookKind, "OnError">, subject: HookSubject): Promise<void> {
    const before = kind.startsWith("Before");
    for (const name of names(kind, subject)) {
      const hook = this.#hooks.get(name);
      if (hook === undefined) throw unknownHook(name, subject.urn);
      if (this.options.preview && !hook.onDryRun) continue;
      try {
        await this.#run(hook.call, subject);
      } catch (error) {
        const message = `${before ? "before" : "after"} hook "${name}" failed: ${messageOf(error)}`;
        if (!hook.ignoreErrors) throw new EngineError(message, undefined, 1);
        this.#warn(subject.urn, message);
      }
    }
  }

  async #run(call: CallbackFunction, subject: HookSubject): Promise<void> {
    const request = fill(new resourceProto.ResourceHookRequest(), subject);
    request.setNewOutputs(struct(subject.newOutputs));
    const response = resourceProto.ResourceHookResponse.deserializeBinary(await call(request.serializeBinary()));
    if (response.getError() !== "") throw new Error(response.getError());
  }

  /** Carries an operation out; when it fails and an error hook says so, once more. `failure` picks what counts as a failure. */
  async retrying<T>(
    operation: "create" | "update" | "delete",
    subject: HookSubject,
    act: () => Promise<T>,
    failure: (result: T) => unknown = () => undefined,
  ): Promise<T> {
    const hooks = names("OnError", subject);
    if (hooks.length === 0) return act();
    const failures: string[] = [];
    for (;;) {
      let outcome: { result: T } | undefined;
      let error: unknown;
      try {
        outcome = { result: await act() };
        error = failure(outcome.result);
        if (error === undefined) return outcome.result;
      } catch (thrown) {
        error = thrown;
      }
      failures.unshift(messageOf(error));
      const again = await this.#asksForRetry(operation, subject, hooks, failures).catch((thrown: unknown) => {
        // What was made all the same must not be lost over a hook.
        if (outcome === undefined) throw thrown;
        this.#warn(subject.urn, messageOf(thrown));
        return false;
      });
      if (!again && outcome !== undefined) return outcome.result;
      if (!again) throw error;
      this.#warn(
        subject.urn,
        `${operation} is tried again, as an error hook asks for (${failures.length}/${MAX_TRIES})`,
      );
    }
  }

  /** Every hook is asked, so that each sees the failure; one yes is enough. */
  async #asksForRetry(operation: string, subject: HookSubject, hooks: string[], failures: string[]): Promise<boolean> {
    if (this.options.ending()) return false;
    if (failures.length >= MAX_TRIES) {
      this.#warn(
        subject.urn,
        `${operation} failed ${MAX_TRIES} times and is not tried again, whatever its error hooks say`,
      );
      return false;
    }
    let again = false;
    for (const name of hooks) {
      const call = this.#errorHooks.get(name);
      if (call === undefined) throw unknownHook(name, subject.urn);
      const request = fill(new resourceProto.ErrorHookRequest(), subject);
      request.setFailedOperation(operation).setErrorsList(failures);
      const answer = resourceProto.ErrorHookResponse.deserializeBinary(await call(request.serializeBinary()));
      if (answer.getError() !== "")
        throw new EngineError(`error hook "${name}" failed: ${answer.getError()}; it was asked about: ${failures[0]}`);
      again ||= answer.getRetry();
    }
    return again;
  }

  #warn(urn: string, message: string): void {
    this.options.onEvent({ kind: "diagnostic", severity: "warning", urn, message });
  }
}

/** Deletions are the business of the resource as it was, all else of the one that comes. */
function names(kind: HookKind, subject: HookSubject): string[] {
  return (subject.new ?? subject.old)?.resourceHooks?.[kind] ?? [];
}

function unknownHook(name: string, urn: string): EngineError {
  return new EngineError(
    `${urn}: its hook "${name}" is not registered`,
    "register it in the program, also for resources that are only deleted",
    1,
  );
}

function fill<R extends resourceProto.ResourceHookRequest | resourceProto.ErrorHookRequest>(
  request: R,
  subject: HookSubject,
): R {
  const { type, name } = parseUrn(subject.urn);
  request
    .setUrn(subject.urn)
    .setId(subject.id ?? "")
    .setName(name)
    .setType(type);
  request.setOldInputs(struct(subject.old?.inputs)).setNewInputs(struct(subject.new?.inputs));
  request.setOldOutputs(struct(subject.old?.outputs));
  request.setOldOptions(hookOptions(subject.old)).setNewOptions(hookOptions(subject.new));
  return request;
}

function struct(map: PropertyMap | undefined): Struct | undefined {
  return map && toStruct(map, { keepSecrets: true });
}

/** Resources whose deletion calls hooks, with the hooks' names. */
export function deleteHooks(resources: ResourceState[]): { urn: string; names: string[] }[] {
  return resources.flatMap(({ urn, resourceHooks = {} }) => {
    const list = [...(resourceHooks.BeforeDelete ?? []), ...(resourceHooks.AfterDelete ?? [])];
    return list.length > 0 ? [{ urn, names: list }] : [];
  });
}

export type { HookNames };
