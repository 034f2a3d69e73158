import type grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { EngineEvent, Severity } from "../events.js";
import { LoopbackServer } from "../loopback.js";

const SEVERITIES: Severity[] = ["debug", "info", "warning", "error"];

/** Pulumi's Engine service for plugins, which log to it. It is there also where no program runs. */
export class EngineServer extends LoopbackServer {
  /** Of the root stack; "" before the program has registered it. */
  rootUrn = "";

  constructor(onEvent: (event: EngineEvent) => void) {
    super((server) => server.addService(engineGrpc.EngineService, this.#handlers(onEvent)));
  }

  #handlers(onEvent: (event: EngineEvent) => void): grpc.UntypedServiceImplementation {
    return {
      log: answer((request: engineProto.LogRequest) => {
        const severity = SEVERITIES[request.getSeverity()] ?? "info";
        // What SDKs log for debugging has the values of secrets in it.
        if (severity === "debug") return new emptyProto.Empty();
        const ephemeral = request.getEphemeral() || undefined;
        const urn = request.getUrn() || undefined;
        onEvent({ kind: "diagnostic", severity, message: request.getMessage(), urn, ephemeral });
        return new emptyProto.Empty();
      }),
      getRootResource: answer(() => new engineProto.GetRootResourceResponse().setUrn(this.rootUrn)),
      setRootResource: answer((request: engineProto.SetRootResourceRequest) => {
        this.rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
      requirePulumiVersion: answer(() => new engineProto.RequirePulumiVersionResponse()),
      startDebugging: answer(() => new emptyProto.Empty()),
    };
  }
}

function answer<Request, Response>(handle: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => callback(null, handle(request));
}
