import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceGrpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import { type Handler, type ProgramService, statusOf } from "./program-service.js";

/** Messages may be this long, both ways: programs register whole files. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

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
    const server = new grpc.Server({
      "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
      "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    });
    this.#server = server;
    server.addService(resourceGrpc.ResourceMonitorService, unaries(this.service.monitor));
    server.addService(engineGrpc.EngineService, unaries(this.service.engine));
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`127.0.0.1:${port}`);
      });
    });
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
