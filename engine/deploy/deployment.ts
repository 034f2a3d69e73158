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
import type { ResourceHooks } from "./callbacks/hooks.js";
import type { Transforms } from "./callbacks/transforms.js";
import { ComponentOutputs } from "./component-outputs.js";
import { type Executor, RunEnding, StepFailed } from "./execution/executor.js";
import { Mutex } from "./execution/mutex.js";
import { ComponentProviders } from "./goals/component-providers.js";
import { type Goal, stateFor } from "./goals/goal.js";
import { answerExists, decodeRead, readResponse } from "./goals/reading.js";
import { decodeGoal, inherit, isRootStack, type RegistrationContext } from "./goals/registration.js";
import { isProviderType, packageOf, splitProviderRef } from "./goals/urn.js";
import { messageOf } from "./message.js";
import type { DestroyProgram } from "./program/destroy-program.js";
import { DefaultProviders } from "./providers/default-providers.js";
import { Packages } from "./providers/packages.js";
import type { ProviderRegistry } from "./providers/provider-registry.js";
import { callMethod, constructComponent, methodPackage, methodProvider } from "./providers/remote-components.js";
import { Requests } from "./requests.js";
import type { SnapshotManager } from "./snapshot/snapshot-manager.js";
import type { Step } from "./steps/step.js";
import type { StepGenerator } from "./steps/step-generator.js";

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
  readonly #outputs: ComponentOutputs;
  readonly #defaults: DefaultProviders;
  readonly #components = new ComponentProviders();
  readonly packages = new Packages();
  /** Where providers reach the monitor that serves the program. */
  monitorAddress: () => Promise<string> = async () => "";
  /** Messages that the program logged as errors: it tells its own failure this way. */
  readonly programErrors: string[] = [];
  readonly requests: Requests;
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
    this.requests = new Requests(executor, hooks);
    this.#outputs = new ComponentOutputs({ executor, snapshots, hooks, states: this.#states });
    this.#defaults = new DefaultProviders(facts, (goal) => this.#applyProvider(goal));
  }

  info(): DeploymentFacts {
    return this.facts;
  }

  /** True once the program is no longer served. */
  get ending(): boolean {
    return this.executor.ending;
  }

  register(request: resourceProto.RegisterResourceRequest): Promise<resourceProto.RegisterResourceResponse> {
    return this.requests.answer(`${request.getType()} "${request.getName()}"`, () => this.#register(request));
  }

  async #register(request: resourceProto.RegisterResourceRequest): Promise<resourceProto.RegisterResourceResponse> {
    const subject = `${request.getType()} "${request.getName()}"`;
    const goal = await this.requests.guarded(async () => {
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
    if (request.getRemote()) return this.requests.guarded(() => this.#construct(request, goal.provider ?? ""), subject);
    if (isRootStack(goal)) {
      this.#outputs.beginRoot(goal.urn);
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
    return this.requests.unlessEnding(made);
  }

  /** A method of a component, or of a provider. */
  call(request: resourceProto.ResourceCallRequest): Promise<providerProto.CallResponse> {
    const token = request.getTok();
    const act = async () => {
      const named = methodProvider(request, (urn) => this.#goals.get(urn)?.provider);
      const ref = named || (await this.#providerFor(methodPackage(token), request));
      const program = await this.#program();
      return this.requests.unlessEnding(
        callMethod(request, await this.providers.get(ref), program, this.facts.programDir),
      );
    };
    return this.requests.answer(token, () => this.requests.guarded(act, token));
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
    return this.requests.answer(subject, async () => {
      const { goal, id } = await this.requests.guarded(async () => {
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
        const state = await this.requests.guarded(
          () => this.#mutex.run(async () => destroying.read(goal, id)),
          goal.urn,
        );
        this.#states.set(goal.urn, state);
        if (destroying.isSkipped(goal.urn)) this.#skipped.add(goal.urn);
        return readResponse(state, request).setUnknown(this.#skipped.has(goal.urn));
      }
      const steps = await this.requests.guarded(
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
    return this.requests.answer(subject, () => this.requests.guarded(ask, subject));
  }

  /** A resource that an import asks for; throws RunEnding if it fails. */
  async importResource(goal: Goal, spec: PackageSpec | undefined): Promise<ResourceState> {
    if (spec !== undefined) goal.provider = await this.requests.guarded(() => this.#defaults.ref(spec), goal.urn);
    return (await this.#apply(goal)).state;
  }

  async #apply(goal: Goal): Promise<Applied> {
    this.#goals.set(goal.urn, goal);
    const { destroying } = this;
    if (destroying !== undefined) {
      const state = await this.requests.guarded(() => this.#mutex.run(() => destroying.register(goal)), goal.urn);
      this.#states.set(goal.urn, state);
      if (destroying.isSkipped(goal.urn)) this.#skipped.add(goal.urn);
      const step = destroying.stepFor(goal, state);
      if (step !== undefined) this.executor.pass(step);
      return { state, result: resourceProto.Result.SUCCESS };
    }
    const steps = await this.requests.guarded(() => this.#mutex.run(() => this.generator.generate(goal)), goal.urn);
    const imported = await this.#run(goal, steps);
    const read = steps.some((step) => step.op === "import" || step.op === "import-replacement");
    if (!read || goal.importOnly || imported.result !== resourceProto.Result.SUCCESS) return imported;
    // Now that it is known what the object is like, it is compared like any other.
    const changes = await this.#continueImport(goal, imported.state);
    return changes.length > 0 ? this.#run(goal, changes) : imported;
  }

  async #continueImport(goal: Goal, imported: ResourceState): Promise<Step[]> {
    try {
      const steps = () => this.#mutex.run(() => this.generator.continueImport(goal, imported));
      return await this.requests.guarded(steps, goal.urn);
    } catch (error) {
      // Not compared, or not as it has to be: left in the state, it might be replaced by a run that knows nothing of the adoption.
      if (goal.adopted) this.snapshots.withdraw(imported);
      throw error;
    }
  }

  async #run(goal: Goal, steps: Step[]): Promise<Applied> {
    if (this.#dependsOnUnfinished(goal)) {
      this.executor.unfinished.add(goal.urn);
      return { state: stateFor(goal, goal.inputs), result: SKIP };
    }
    const last = steps.at(-1);
    if (last !== undefined && !goal.custom) this.#outputs.begin(goal.urn, last);
    try {
      const state = await this.executor.runChain(steps);
      if (state === undefined) throw new Error(`${goal.urn}: no step made a state`);
      this.#states.set(goal.urn, state);
      this.#outputs.await(state, steps);
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

  async #applyProvider(goal: Goal): Promise<ResourceState> {
    const { state, result } = await this.#apply(goal);
    if (result !== resourceProto.Result.SUCCESS)
      throw new EngineError(`the default provider of ${packageOf(goal.type)} could not be set up`);
    return state;
  }

  /** A component's outputs. The root stack's are only taken over when the run ends. */
  registerOutputs(urn: string, struct: Struct | undefined): Promise<void> {
    return this.requests.answer(`outputs of ${urn}`, () =>
      this.requests.guarded(() => this.#registerOutputs(urn, struct), urn),
    );
  }

  async #registerOutputs(urn: string, struct: Struct | undefined): Promise<void> {
    if (this.destroying !== undefined) return;
    const outputs = await this.#fetched(collapseMap(fromStruct(struct, this.facts.programDir)));
    if (!this.#skipped.has(urn)) await this.#outputs.register(urn, outputs);
  }

  /** Takes the root stack's outputs over, at the end of the run. */
  settleRootOutputs(success: boolean): void {
    if (this.destroying === undefined) this.#outputs.settleRoot(success);
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
    return this.#outputs.ofRoot();
  }

  #fetched(map: PropertyMap): Promise<PropertyMap> {
    return withRemoteHashes(map, this.facts.programDir, this.executor.signal);
  }

  /** A resource as this run has made or read it. */
  stateOf(urn: string): ResourceState | undefined {
    return this.#states.get(urn);
  }

  invoke(request: resourceProto.ResourceInvokeRequest): Promise<resourceProto.ResourceInvokeResponse> {
    return this.requests.answer(request.getTok(), () => this.#invoke(request));
  }

  async #invoke(request: resourceProto.ResourceInvokeRequest): Promise<resourceProto.ResourceInvokeResponse> {
    const response = new resourceProto.ResourceInvokeResponse();
    const token = request.getTok();
    // In a preview, or beside the targets, what it depends on may not exist yet: then there is nothing to ask.
    if (request.getDependsonList().some((urn) => this.#isMissing(urn))) return response.setUnknown(true);
    const result = await this.requests.guarded(async () => {
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
