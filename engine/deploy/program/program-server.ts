import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import { LOOPBACK_OPTIONS, listenOnLoopback } from "../../loopback.js";
import { type Handler, type ProgramService, statusOf } from "./program-service.js";

/** Serves a {@link ProgramService} over gRPC, both services on one loopback port, from when somebody asks for the address. */
export class ProgramServer {
  #server: grpc.Server | undefined;
  #address: Promise<string> | undefined;

  constructor(private readonly service: ProgramService) {}

  /** `127.0.0.1:<port>`. */
  address(): Promise<string> {
    this.#address ??= this.#listen();
    return this.#address;
  }

  #listen(): Promise<string> {
    const server = new grpc.Server(LOOPBACK_OPTIONS);
    this.#server = server;
    server.addService(resourceGrpc.ResourceMonitorService, unaries(this.service.monitor));
    server.addService(engineGrpc.EngineService, unaries(this.service.engine));
    return listenOnLoopback(server);
  }

  close(): void {
    this.#server?.forceShutdown();
  }
}

function unaries(handlers: Record<string, Handler>): grpc.UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, unary(handle)]));
}

function unary(handle: Handler): grpc.handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    // The generated service definition has decoded what this very method takes.
    handle(call.request as never).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error)),
    );
  };
}
