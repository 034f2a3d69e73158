import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { EngineEvent, Severity } from "../events.js";
import type { Deployment } from "./deployment.js";
import { RunEnding } from "./executor.js";

/** Messages may be this long, both ways: programs register whole files. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

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
  FEATURES.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
];
const SUPPORTED_LEGACY = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "replacementTrigger",
]);

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** Serves Pulumi's ResourceMonitor and Engine services to one program, on one loopback port. */
export class Monitor {
  readonly #server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
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
    this.#server.addService(resourceGrpc.ResourceMonitorService, this.#monitorHandlers());
    this.#server.addService(engineGrpc.EngineService, this.#engineHandlers());
  }

  /** Gives `127.0.0.1:<port>`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`127.0.0.1:${port}`);
      });
    });
  }

  /** Lets a program that waits for the end go. */
  finish(): void {
    this.#markFinished?.();
  }

  close(): void {
    this.#server.forceShutdown();
  }

  #monitorHandlers(): grpc.UntypedServiceImplementation {
    const { deployment } = this;
    return {
      getDeploymentInfo: unary(async () => {
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
      }),
      supportsFeature: unary(async (request: resourceProto.SupportsFeatureRequest) =>
        new resourceProto.SupportsFeatureResponse().setHassupport(SUPPORTED_LEGACY.has(request.getId())),
      ),
      registerResource: unary((request: resourceProto.RegisterResourceRequest) => deployment.register(request)),
      registerResourceOutputs: unary(async (request: resourceProto.RegisterResourceOutputsRequest) => {
        await deployment.registerOutputs(request.getUrn(), request.getOutputs());
        return new emptyProto.Empty();
      }),
      invoke: unary((request: resourceProto.ResourceInvokeRequest) => deployment.invoke(request)),
      readResource: refusal(deployment, "reading existing resources (`.get`)"),
      existsResource: refusal(deployment, "asking whether a resource exists"),
      call: unary(async () => {
        deployment.refuse("method calls on resources");
        return new providerProto.CallResponse();
      }),
      registerStackTransform: refusal(deployment, "stack transforms"),
      registerStackInvokeTransform: refusal(deployment, "invoke transforms"),
      registerResourceHook: refusal(deployment, "resource hooks"),
      registerErrorHook: refusal(deployment, "error hooks"),
      registerPackage: refusal(deployment, "parameterized packages"),
      signalAndWaitForShutdown: unary(async () => {
        this.#shutdown?.();
        await this.#finished;
        if (this.deployment.ending) throw new RunEnding();
        return new emptyProto.Empty();
      }),
    };
  }

  #engineHandlers(): grpc.UntypedServiceImplementation {
    const severities: Severity[] = ["debug", "info", "warning", "error"];
    return {
      // The SDK sends its logs one at a time and waits for each: answered at once.
      log: unary(async (request: engineProto.LogRequest) => {
        const severity = severities[request.getSeverity()] ?? "info";
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
      }),
      getRootResource: unary(async () => new engineProto.GetRootResourceResponse().setUrn(this.#rootUrn)),
      setRootResource: unary(async (request: engineProto.SetRootResourceRequest) => {
        this.#rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
      requirePulumiVersion: unary(async () => new engineProto.RequirePulumiVersionResponse()),
      startDebugging: unary(async () => new emptyProto.Empty()),
    };
  }
}

function refusal(deployment: Deployment, what: string): Unary<unknown, emptyProto.Empty> {
  return unary(async () => {
    deployment.refuse(what);
    return new emptyProto.Empty();
  });
}

/** Wraps a handler. A run that is ending answers UNAVAILABLE, at which the SDK stops the program without a word of its own. */
function unary<Request, Response>(handle: (request: Request) => Promise<Response>): Unary<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const ending = error instanceof RunEnding;
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: ending ? grpc.status.UNAVAILABLE : grpc.status.UNKNOWN, details });
      },
    );
  };
}
