import type grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import { LoopbackServer } from "../../loopback.js";
import { type Handler, type ProgramService, statusOf } from "./program-service.js";

/** Serves a {@link ProgramService} over gRPC, both services on one port. */
export class ProgramServer extends LoopbackServer {
  constructor(service: ProgramService) {
    super((server) => {
      server.addService(resourceGrpc.ResourceMonitorService, unaries(service.monitor));
      server.addService(engineGrpc.EngineService, unaries(service.engine));
    });
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
