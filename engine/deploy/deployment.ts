import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { withRemoteHashes } from "../assets/remote.js";
import { EngineError } from "../errors.js";
import type { PackageSpec } from "../plugins/package-spec.js";
import type { Finished } from "../policy/policies.js";
import type { ProgramContext } from "../provider.js";
import type { ResourceState } from "../state/types.js";
import type { PropertyMap } from "../values.js";
import { collapseMap, fromStruct, type Struct, toStruct } from "../wire.js";
import { ComponentProviders } from "./component-providers.js";
import { DefaultProviders } from "./default-providers.js";
import type { DestroyProgram } from "./destroy-program.js";
import { type Executor, RunEnding, StepFailed } from "./executor.js";
import { type Goal, stateFor } from "./goal.js";
import type { HookSubject, ResourceHooks } from "./hooks.js";
import { messageOf } from "./message.js";
import { Mutex } from "./mutex.js";
import { Packages } from "./packages.js";
import { keepMapCiphertexts } from "./property-tools.js";
import type { ProviderRegistry } from "./provider-registry.js";
import { answerExists, decodeRead, readResponse } from "./reading.js";
import { decodeGoal, inherit, isRootStack, type RegistrationContext } from "./registration.js";
import { callMethod, constructComponent, methodPackage, methodProvider } from "./remote-components.js";
import type { SnapshotManager } from "./snapshot-manager.js";
import { sameStored } from "./state-differs.js";
import type { Step } from "./step.js";
import type { StepGenerator } from "./step-generator.js";
import type { Transforms } from "./transforms.js";
import { isProviderType, packageOf, splitProviderRef } from "./urn.js";

/** Left out over a failure of something else; the stubs have no name for it. */
const SKIP = 2 as resourceProto.Result;

/** What became of a registration. */
interface Applied {
  state: ResourceState;
  result: resourceProto.Result;
}

type ProviderRequest = Parameters<Packages["specFor"]>[1] & { getProvider(): string };

export interface DeploymentFacts {
  project: string;
  stack: string;
  root: string;
  programDir: string;
  preview: boolean;
  parallel: number;
  /** `ns:name` to text. */
  config: Record<string, string>;
  secretKeys: string[];
}

/** One program's run against one state: turns its calls into goals, steps and states. */
export class Deployment {
  readonly #mutex = new Mutex();
  readonly #states = new Map<string, ResourceState>();
  readonly #goals = new Map<string, Goal>();
  /** What was done about components, whose outputs come later. */
  readonly #steps = new Map<string, Step>();
  readonly #defaults: DefaultProviders;
  readonly #components = new ComponentProviders();
  readonly packages = new Packages();
  /** Where providers reach the monitor that serves the program. */
  monitorAddress: () => Promise<string> = async () => "";
  #root: { urn: string; outputs?: PropertyMap } | undefined;
  /** Messages that the program logged as errors: it tells its own failure this way. */
  readonly programErrors: string[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  /** What is to be done once the outputs of a component are there, by its URN. */
  readonly #incomplete = new Map<string, (outputs: PropertyMap) => Promise<void>>();
  #sealed = false;
  /** URNs of what was not made because it is not part of the operation. */
  readonly #skipped = new Set<string>();

  constructor(
    private readonly facts: DeploymentFacts,
    private readonly generator: StepGenerator,
    private readonly executor: Executor,
    private readonly snapshots: SnapshotManager,
    private readonly providers: ProviderRegistry,
    readonly transforms: Transforms,
    readonly hooks: ResourceHooks,
    /** Set if the program runs for a destroy. */
    private readonly destroying?: DestroyProgram,
  ) {
    this.#defaults = new DefaultProviders(facts, (goal) => this.#applyProvider(goal));
  }

  info(): DeploymentFacts {
    return this.facts;
  }

  /** True once the program is no longer served. */
  get ending(): boolean {
    return this.executor.ending;
  }

  /** Resolves when no request of the program is being worked on. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }

  /** From now on nothing can be registered: what is not, is about to be deleted. */
  seal(): void {
    this.#sealed = true;
  }

  #track<T>(what: string, act: () => Promise<T>): Promise<T> {
    if (this.#sealed && !this.executor.ending)
      this.executor.fail(`${what}: the program registered it after it had said that it was done`);
    if (this.#sealed) return Promise.reject(new RunEnding());
    const result = this.#whileCalledBack(act());
    this.#inFlight.add(result);
    const done = () => this.#inFlight.delete(result);
    result.then(done, done);
    return result;
  }

  /** The program ends at the answer that the run is ending: not before the hooks of the steps under way have run in it. */
  async #whileCalledBack<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      if (error instanceof RunEnding && this.hooks.any) await this.executor.idle();
      throw error;
    }
  }

  register(request: resourceProto.RegisterResourceRequest): Promise<resourceProto.RegisterResourceResponse> {
    return this.#track(`${request.getType()} "${request.getName()}"`, () => this.#register(request));
  }

  async #register(request: resourceProto.RegisterResourceRequest): Promise<resourceProto.RegisterResourceResponse> {
    const subject = `${request.getType()} "${request.getName()}"`;
    const goal = await this.#guarded(async () => {
      inherit(request, this.#goals.get(request.getParent()), this.#components);
      const transforms = await this.transforms.apply(request);
      this.#components.inherit(request);
      const decoded = decodeGoal(request, this.#context());
      decoded.inputs = await this.#fetched(decoded.inputs);
      if (request.getRemote() || (decoded.custom && !isProviderType(decoded.type)))
        decoded.provider = await this.#providerFor(decoded.type, request);
      this.transforms.remember(decoded.urn, request.getParent(), transforms);
      this.#components.remember(decoded.urn, request);
      return decoded;
    }, subject);
    if (request.getRemote()) return this.#guarded(() => this.#construct(request, goal.provider ?? ""), subject);
    if (isRootStack(goal)) {
      this.#root = { urn: goal.urn };
      this.providers.rootUrn = goal.urn;
    }
    const { state, result } = await this.#apply(goal);
    if (result !== resourceProto.Result.SUCCESS && !request.getSupportsresultreporting())
      throw new Error(`${goal.urn}: the registration failed`);
    const response = new resourceProto.RegisterResourceResponse();
    response
      .setUrn(state.urn)
      .setId(state.id ?? "")
      .setUnknown(this.#skipped.has(goal.urn))
      .setResult(result);
    if (goal.custom) response.setObject(toStruct(state.outputs, { keepSecrets: request.getAcceptsecrets() }));
    return response;
  }

  /** A remote component: its provider registers it, and what is in it, with this very deployment. */
  async #construct(
    request: resourceProto.RegisterResourceRequest,
    ref: string,
  ): Promise<resourceProto.RegisterResourceResponse> {
    const provider = await this.providers.get(ref);
    const bare = (component: resourceProto.RegisterResourceRequest) => this.#register(component);
    const made = constructComponent(request, provider, await this.#program(), this.facts.programDir, bare);
    return this.#unlessEnding(made);
  }

  /** A method of a component, or of a provider. */
  call(request: resourceProto.ResourceCallRequest): Promise<providerProto.CallResponse> {
    const token = request.getTok();
    const act = async () => {
      const named = methodProvider(request, (urn) => this.#goals.get(urn)?.provider);
      const ref = named || (await this.#providerFor(methodPackage(token), request));
      const program = await this.#program();
      return this.#unlessEnding(callMethod(request, await this.providers.get(ref), program, this.facts.programDir));
    };
    return this.#track(token, () => this.#guarded(act, token));
  }

  /** What providers do as part of the program may wait for the program's other resources: not longer than the run goes on. */
  async #unlessEnding<T>(work: Promise<T>): Promise<T> {
    const ending = this.executor.whenEnding.then(() => Promise.reject(new RunEnding()));
    return Promise.race([work, ending]);
  }

  async #program(): Promise<ProgramContext> {
    const { project, stack, config, secretKeys, preview, parallel } = this.facts;
    return {
      project,
      stack,
      organization: "organization",
      config,
      configSecretKeys: secretKeys,
      preview,
      parallel,
      monitorAddress: await this.monitorAddress(),
      stackTraceHandle: "",
    };
  }

  /** The provider that a request names or that it gets from where it stands, else the default of its package. */
  async #providerFor(token: string, request: ProviderRequest): Promise<string> {
    return request.getProvider() || this.#defaults.ref(this.packages.specFor(token, request));
  }

  #context(): RegistrationContext {
    return {
      ...this.facts,
      packages: this.packages,
      goalOf: (urn) => this.#goals.get(urn),
      formerUrn: (urn) => this.generator.formerUrn(urn),
    };
  }

  /** An object that the program reads without managing it. */
  read(request: resourceProto.ReadResourceRequest): Promise<resourceProto.ReadResourceResponse> {
    const subject = `${request.getType()} "${request.getName()}"`;
    return this.#track(subject, async () => {
      const { goal, id } = await this.#guarded(async () => {
        const decoded = decodeRead(request, this.#context());
        decoded.goal.inputs = await this.#fetched(decoded.goal.inputs);
        request.setProvider(
          request.getProvider() || this.#components.resolve(request.getType(), request.getParent()) || "",
        );
        decoded.goal.provider = await this.#providerFor(decoded.goal.type, request);
        return decoded;
      }, subject);
      this.#goals.set(goal.urn, goal);
      const { destroying } = this;
      if (destroying !== undefined) {
        const state = await this.#guarded(() => this.#mutex.run(async () => destroying.read(goal, id)), goal.urn);
        this.#states.set(goal.urn, state);
        if (destroying.isSkipped(goal.urn)) this.#skipped.add(goal.urn);
        return readResponse(state, request).setUnknown(this.#skipped.has(goal.urn));
      }
      const steps = await this.#guarded(
        () => this.#mutex.run(async () => this.generator.generateRead(goal, id)),
        goal.urn,
      );
      const { state, result } = await this.#run(goal, steps);
      return readResponse(state, request).setResult(result);
    });
  }

  /** Whether there is an object; it does not become part of the stack. */
  exists(request: resourceProto.ExistsResourceRequest): Promise<resourceProto.ExistsResourceResponse> {
    const subject = `${request.getType()} "${request.getId()}"`;
    const ask = async () => {
      const ref = await this.#providerFor(request.getType(), request);
      return answerExists(request, await this.providers.get(ref), this.#context(), this.executor.signal);
    };
    return this.#track(subject, () => this.#guarded(ask, subject));
  }

  /** A resource that an import asks for; throws RunEnding if it fails. */
  async importResource(goal: Goal, spec: PackageSpec | undefined): Promise<ResourceState> {
    if (spec !== undefined) goal.provider = await this.#guarded(() => this.#defaults.ref(spec), goal.urn);
    return (await this.#apply(goal)).state;
  }

  async #apply(goal: Goal): Promise<Applied> {
    this.#goals.set(goal.urn, goal);
    const { destroying } = this;
    if (destroying !== undefined) {
      const state = await this.#guarded(() => this.#mutex.run(() => destroying.register(goal)), goal.urn);
      this.#states.set(goal.urn, state);
      if (destroying.isSkipped(goal.urn)) this.#skipped.add(goal.urn);
      const step = destroying.stepFor(goal, state);
      if (step !== undefined) this.executor.pass(step);
      return { state, result: resourceProto.Result.SUCCESS };
    }
    const steps = await this.#guarded(() => this.#mutex.run(() => this.generator.generate(goal)), goal.urn);
    const imported = await this.#run(goal, steps);
    const read = steps.some((step) => step.op === "import" || step.op === "import-replacement");
    if (!read || goal.importOnly || imported.result !== resourceProto.Result.SUCCESS) return imported;
    // Now that it is known what the object is like, it is compared like any other.
    const changes = await this.#guarded(
      () => this.#mutex.run(() => this.generator.continueImport(goal, imported.state)),
      goal.urn,
    );
    return changes.length > 0 ? this.#run(goal, changes) : imported;
  }

  async #run(goal: Goal, steps: Step[]): Promise<Applied> {
    if (this.#dependsOnUnfinished(goal)) {
      this.executor.unfinished.add(goal.urn);
      return { state: stateFor(goal, goal.inputs), result: SKIP };
    }
    const last = steps.at(-1);
    if (last !== undefined && !goal.custom) this.#steps.set(goal.urn, last);
    try {
      const state = await this.executor.runChain(steps);
      if (state === undefined) throw new Error(`${goal.urn}: no step made a state`);
      this.#states.set(goal.urn, state);
      this.#awaitOutputs(state, steps);
      if (steps.at(-1)?.skippedCreate) this.#skipped.add(goal.urn);
      // What is left alone keeps even its former URN, by which the program refers to it from now on.
      if (state.urn !== goal.urn) {
        this.#goals.set(state.urn, goal);
        this.#states.set(state.urn, state);
      }
      return { state, result: resourceProto.Result.SUCCESS };
    } catch (error) {
      if (error instanceof StepFailed) return { state: stateFor(goal, goal.inputs), result: resourceProto.Result.FAIL };
      if (!(error instanceof RunEnding) && !this.executor.failed) this.executor.fail(messageOf(error), goal.urn);
      this.executor.noteBug(error);
      throw new RunEnding();
    }
  }

  /** True if something failed, or was left out over a failure, that the resource needs. */
  #dependsOnUnfinished(goal: Goal): boolean {
    const { unfinished } = this.executor;
    if (unfinished.size === 0) return false;
    const provider = goal.provider === undefined ? [] : [splitProviderRef(goal.provider).urn];
    const needed = [goal.parent, goal.deletedWith, ...goal.replaceWith, ...goal.dependencies, ...provider];
    return [...needed, ...Object.values(goal.propertyDependencies).flat()].some(
      (urn) => urn !== undefined && unfinished.has(urn),
    );
  }

  /** A component's hooks run when it is complete: once its outputs are registered. One that is replaced has none, as in Pulumi. */
  #awaitOutputs(state: ResourceState, [step]: Step[]): void {
    if (state.custom || state.resourceHooks === undefined) return;
    const kind = step?.op === "create" ? "AfterCreate" : step?.op === "update" ? "AfterUpdate" : undefined;
    if (kind === undefined) return;
    const subject: HookSubject = { urn: state.urn, old: kind === "AfterUpdate" ? step?.old : undefined, new: state };
    this.#incomplete.set(state.urn, (newOutputs) => this.hooks.run(kind, { ...subject, newOutputs }));
  }

  /** Runs what comes before a step; a failure there ends the run. */
  async #guarded<T>(act: () => Promise<T>, subject: string): Promise<T> {
    if (this.executor.ending) throw new RunEnding();
    try {
      return await act();
    } catch (error) {
      if (error instanceof RunEnding) throw error;
      this.executor.noteBug(error);
      const message = messageOf(error);
      this.executor.fail(
        error instanceof EngineError || message.includes(subject) ? message : `${subject}: ${message}`,
      );
      throw new RunEnding();
    }
  }

  async #applyProvider(goal: Goal): Promise<ResourceState> {
    const { state, result } = await this.#apply(goal);
    if (result !== resourceProto.Result.SUCCESS)
      throw new EngineError(`the default provider of ${packageOf(goal.type)} could not be set up`);
    return state;
  }

  /** A component's outputs. The root stack's are only taken over when the run ends. */
  registerOutputs(urn: string, struct: Struct | undefined): Promise<void> {
    return this.#track(`outputs of ${urn}`, () => this.#guarded(() => this.#registerOutputs(urn, struct), urn));
  }

  async #registerOutputs(urn: string, struct: Struct | undefined): Promise<void> {
    if (this.destroying !== undefined) return;
    const outputs = await this.#fetched(collapseMap(fromStruct(struct, this.facts.programDir)));
    if (this.#root?.urn === urn) {
      this.#root.outputs = outputs;
      return;
    }
    if (this.#skipped.has(urn)) return;
    this.#setOutputs(urn, outputs);
    await this.snapshots.commit();
    const complete = this.#incomplete.get(urn);
    this.#incomplete.delete(urn);
    if (complete !== undefined) await this.executor.afterStep(urn, () => complete(outputs));
  }

  #setOutputs(urn: string, outputs: PropertyMap): void {
    const state = this.#states.get(urn);
    if (state === undefined) throw new EngineError(`outputs of ${urn}, which is not registered`, undefined, 1);
    const next = { ...state, outputs: keepMapCiphertexts(outputs, state.outputs) };
    this.snapshots.amend(state, next, !sameStored(state.outputs, next.outputs));
    this.#states.set(urn, next);
    const step = this.#steps.get(urn);
    if (step !== undefined) this.executor.tellOutputs(step, next);
  }

  /** At the end: the new outputs replace the old ones if all went well; after a failure the old ones that are not known anew stay. */
  settleRootOutputs(success: boolean): void {
    if (this.#root === undefined || this.destroying !== undefined) return;
    const state = this.#states.get(this.#root.urn);
    if (state === undefined) return;
    const outputs = this.#root.outputs ?? {};
    if (success) this.#setOutputs(state.urn, outputs);
    else if (this.#root.outputs !== undefined) this.#setOutputs(state.urn, { ...state.outputs, ...outputs });
  }

  /** What the program has registered, in that order, as the run has left it. */
  finished(): Finished[] {
    return [...this.#states.values()].map((state) => ({
      state,
      goal: this.#goals.get(state.urn),
      provider: this.generator.providerFacts(state.provider),
    }));
  }

  /** The root stack's outputs; undefined if the program did not come so far. */
  rootOutputs(): PropertyMap | undefined {
    return this.#root && this.#states.get(this.#root.urn)?.outputs;
  }

  #fetched(map: PropertyMap): Promise<PropertyMap> {
    return withRemoteHashes(map, this.facts.programDir, this.executor.signal);
  }

  /** A resource as this run has made or read it. */
  stateOf(urn: string): ResourceState | undefined {
    return this.#states.get(urn);
  }

  invoke(request: resourceProto.ResourceInvokeRequest): Promise<resourceProto.ResourceInvokeResponse> {
    return this.#track(request.getTok(), () => this.#invoke(request));
  }

  async #invoke(request: resourceProto.ResourceInvokeRequest): Promise<resourceProto.ResourceInvokeResponse> {
    const response = new resourceProto.ResourceInvokeResponse();
    const token = request.getTok();
    // In a preview, or beside the targets, what it depends on may not exist yet: then there is nothing to ask.
    if (request.getDependsonList().some((urn) => this.#isMissing(urn))) return response.setUnknown(true);
    const result = await this.#guarded(async () => {
      request.setProvider(request.getProvider() || this.#components.resolve(token, request.getParent()) || "");
      await this.transforms.applyToInvoke(request);
      const args = collapseMap(fromStruct(request.getArgs(), this.facts.programDir));
      const provider = await this.providers.get(await this.#providerFor(token, request));
      return provider.invoke(token, args, this.facts.preview);
    }, token);
    response.setReturn(toStruct(result.result, { keepSecrets: true }));
    response.setFailuresList(
      result.failures.map((item) => new providerProto.CheckFailure().setProperty(item.property).setReason(item.reason)),
    );
    return response;
  }

  #isMissing(urn: string): boolean {
    const state = this.#states.get(urn);
    return state?.custom === true && state.id === undefined;
  }
}
