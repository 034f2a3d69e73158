import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { EngineEvent, Severity } from "../events.js";
import { LOOPBACK_OPTIONS, listenOnLoopback } from "../loopback.js";

const SEVERITIES: Severity[] = ["debug", "info", "warning", "error"];

/** Pulumi's Engine service for plugins, which log to it. It is there also where no program runs. */
export class EngineServer {
  #server: grpc.Server | undefined;
  #address: Promise<string> | undefined;
  /** Of the root stack; "" before the program has registered it. */
  rootUrn = "";

  constructor(private readonly onEvent: (event: EngineEvent) => void) {}

  /** `127.0.0.1:<port>`; listens from the first call on. */
  address(): Promise<string> {
    this.#address ??= this.#listen();
    return this.#address;
  }

  #listen(): Promise<string> {
    const server = new grpc.Server(LOOPBACK_OPTIONS);
    this.#server = server;
    server.addService(engineGrpc.EngineService, {
      log: answer((request: engineProto.LogRequest) => {
        const severity = SEVERITIES[request.getSeverity()] ?? "info";
        // What SDKs log for debugging has the values of secrets in it.
        if (severity === "debug") return new emptyProto.Empty();
        const ephemeral = request.getEphemeral() || undefined;
        const urn = request.getUrn() || undefined;
        this.onEvent({ kind: "diagnostic", severity, message: request.getMessage(), urn, ephemeral });
        return new emptyProto.Empty();
      }),
      getRootResource: answer(() => new engineProto.GetRootResourceResponse().setUrn(this.rootUrn)),
      setRootResource: answer((request: engineProto.SetRootResourceRequest) => {
        this.rootUrn = request.getUrn();
        return new engineProto.SetRootResourceResponse();
      }),
      requirePulumiVersion: answer(() => new engineProto.RequirePulumiVersionResponse()),
      startDebugging: answer(() => new emptyProto.Empty()),
    });
    return listenOnLoopback(server);
  }

  close(): void {
    this.#server?.forceShutdown();
  }
}

function answer<Request, Response>(handle: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => callback(null, handle(request));
}
