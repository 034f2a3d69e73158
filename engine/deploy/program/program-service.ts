import grpc from "@grpc/grpc-js";
import type callbackProto from "@pulumi/pulumi/proto/callback_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { EngineError } from "../../errors.js";
import type { EngineEvent, Severity } from "../../events.js";
import { PULUMI_VERSION, satisfies } from "../../version.js";
import type { Deployment } from "../deployment.js";
import { RunEnding } from "../execution/executor.js";

/** What this engine does of what an SDK may ask for; the SDK throws a clear error where something is missing. */
const FEATURES = resourceProto.ResourceMonitorFeature;
const SUPPORTED = [
  FEATURES.RESOURCE_MONITOR_FEATURE_SECRETS,
  FEATURES.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  FEATURES.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  FEATURES.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  FEATURES.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  FEATURES.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  FEATURES.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  FEATURES.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  FEATURES.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  FEATURES.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  FEATURES.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  FEATURES.RESOURCE_MONITOR_FEATURE_SENDS_OPTIONS_TO_HOOKS,
  FEATURES.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
  FEATURES.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
];
const SUPPORTED_LEGACY = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "replacementTrigger",
  "parameterization",
  "transforms",
  "invokeTransforms",
  "resourceHooks",
  "errorHooks",
  "sendsOptionsToHooks",
]);

/** Answers one request of a program. Rejects with RunEnding once nothing more is served; see {@link statusOf}. */
export type Handler<Request = never, Response = unknown> = (request: Request) => Promise<Response>;

/**
 * What a program asks of the engine: the methods of Pulumi's ResourceMonitor and Engine services, by the names of their
 * generated clients, with protobuf messages in and out. How they get here is the host's business: over gRPC, or by a plain call.
 */
export class ProgramService {
  readonly monitor: Record<string, Handler>;
  readonly engine: Record<string, Handler>;
  #rootUrn = "";
  /** True if the program's SDK is one that says when it is done: then a program that ends without a word was cut off. */
  signalsEnd = false;
  #shutdown: (() => void) | undefined;
  /** Resolves when the program has registered everything and waits for the end of the run. */
  readonly shutdownRequested: Promise<void>;
  readonly #finished: Promise<void>;
  #markFinished: (() => void) | undefined;

  constructor(
    private readonly deployment: Deployment,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.shutdownRequested = new Promise((resolve) => {
      this.#shutdown = resolve;
    });
    this.#finished = new Promise((resolve) => {
      this.#markFinished = resolve;
    });
    this.monitor = this.#monitorHandlers();
    this.engine = this.#engineHandlers();
  }

  /** Lets a program that waits for the end go. */
  finish(): void {
    this.#markFinished?.();
  }

  #monitorHandlers(): Record<string, Handler> {
    const { deployment } = this;
    return {
      getDeploymentInfo: async () => {
        this.signalsEnd = true;
        const info = new resourceProto.DeploymentInfo();
        const facts = deployment.info();
        info.setProject(facts.project).setStack(facts.stack).setOrganization("organization");
        info
          .setDryrun(facts.preview)
          .setParallel(facts.parallel)
          .setConfigsecretkeysList(facts.secretKeys)
          .setSupportedfeaturesList(SUPPORTED);
        for (const [key, value] of Object.entries(facts.config)) info.getConfigMap().set(key, value);
        return info;
      },
      supportsFeature: async (request: resourceProto.SupportsFeatureRequest) =>
        new resourceProto.SupportsFeatureResponse().setHassupport(SUPPORTED_LEGACY.has(request.getId())),
      registerResource: (request: resourceProto.RegisterResourceRequest) => deployment.register(request),
      registerResourceOutputs: async (request: resourceProto.RegisterResourceOutputsRequest) => {
        await deployment.registerOutputs(request.getUrn(), request.getOutputs());
        return new emptyProto.Empty();
      },
      invoke: (request: resourceProto.ResourceInvokeRequest) => deployment.invoke(request),
      readResource: (request: resourceProto.ReadResourceRequest) => deployment.read(request),
      existsResource: (request: resourceProto.ExistsResourceRequest) => deployment.exists(request),
      call: (request: resourceProto.ResourceCallRequest) => deployment.call(request),
      registerStackTransform: (callback: callbackProto.Callback) =>
        empty(() => deployment.transforms.registerForStack(callback)),
      registerStackInvokeTransform: (callback: callbackProto.Callback) =>
        empty(() => deployment.transforms.registerForInvokes(callback)),
      registerResourceHook: (request: resourceProto.RegisterResourceHookRequest) =>
        empty(() => deployment.hooks.register(request)),
      registerErrorHook: (request: resourceProto.RegisterErrorHookRequest) =>
        empty(() => deployment.hooks.registerErrorHook(request)),
      registerPackage: async (request: resourceProto.RegisterPackageRequest) =>
        new resourceProto.RegisterPackageResponse().setRef(deployment.packages.register(request)),
      signalAndWaitForShutdown: async () => {
        this.#shutdown?.();
        await this.#finished;
        if (this.deployment.ending) throw new RunEnding();
        return new emptyProto.Empty();
      },
    };
  }

  #engineHandlers(): Record<string, Handler> {
    const severities: Severity[] = ["debug", "info", "warning", "error"];
    return {
      // The SDK sends its logs one at a time and waits for each: answered at once.
      log: async (request: engineProto.LogRequest) => {
        const severity = severities[request.getSeverity()] ?? "info";
        // What a program says of its calls being cut off, at the end of a run that has failed, is no news.
        if (severity === "error" && this.deployment.ending) return new emptyProto.Empty();
        if (severity === "error") this.deployment.programErrors.push(request.getMessage());
        if (severity !== "debug") {
          this.onEvent({
            kind: "diagnostic",
            severity,
            message: request.getMessage(),
            urn: request.getUrn() || undefined,
            ephemeral: request.getEphemeral() || undefined,
          });
        }
        return new emptyProto.Empty();
      },
      getRootResource: async () => new engineProto.GetRootResourceResponse().setUrn(this.#rootUrn),
      setRootResource: async (request: engineProto.SetRootResourceRequest) => {
        this.#rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      },
      requirePulumiVersion: async (request: engineProto.RequirePulumiVersionRequest) => {
        const range = request.getPulumiVersionRange();
        if (!satisfies(PULUMI_VERSION, range))
          throw new EngineError(`the program requires Pulumi ${range}; this engine behaves like ${PULUMI_VERSION}`);
        return new engineProto.RequirePulumiVersionResponse();
      },
      startDebugging: async () => new emptyProto.Empty(),
    };
  }
}

async function empty(act: () => void): Promise<emptyProto.Empty> {
  act();
  return new emptyProto.Empty();
}

/** What a failed request means on the wire. A run that is ending is UNAVAILABLE, at which the SDK stops the program without a word of its own. */
export function statusOf(error: unknown): { code: grpc.status; details: string } {
  const code = error instanceof RunEnding ? grpc.status.UNAVAILABLE : grpc.status.UNKNOWN;
  return { code, details: error instanceof Error ? error.message : String(error) };
}
