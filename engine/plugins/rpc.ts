import grpc from "@grpc/grpc-js";
import errorsProto from "@pulumi/pulumi/proto/errors_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";

/** A call that a plugin answered with an error, or not at all. */
export class RpcError extends Error {
  constructor(
    message: string,
    readonly status: grpc.status,
    readonly details: RpcDetails,
  ) {
    super(message);
    this.name = "RpcError";
  }

  /** True if the plugin does not have the method. */
  get unimplemented(): boolean {
    return this.status === grpc.status.UNIMPLEMENTED;
  }

  get internal(): boolean {
    return this.status === grpc.status.INTERNAL;
  }
}

/** What Pulumi's providers put into the details of an error. */
export interface RpcDetails {
  initFailed?: providerProto.ErrorResourceInitFailed;
  missingKeys?: providerProto.ConfigureErrorMissingKeys;
  badInputs?: errorsProto.InputPropertiesError;
  cause?: errorsProto.ErrorCause;
}

type Method = (
  request: never,
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  done: (error: grpc.ServiceError | null, response: unknown) => void,
) => grpc.ClientUnaryCall;

/** Calls a method of a generated client. Rejects with an RpcError. */
export function call<Response>(client: grpc.Client, method: string, request: unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    const invoke = (client as unknown as Record<string, Method>)[method];
    if (invoke === undefined) throw new Error(`the client has no method ${method}`);
    invoke.call(client, request as never, new grpc.Metadata(), {}, (error, response) => {
      if (error) reject(rpcError(error));
      else resolve(response as Response);
    });
  });
}

function rpcError(error: grpc.ServiceError): RpcError {
  const details: RpcDetails = {};
  for (const item of error.metadata?.get("grpc-status-details-bin") ?? []) {
    if (typeof item !== "string") readDetails(item, details);
  }
  return new RpcError(error.details || error.message, error.code, details);
}

function readDetails(bytes: Uint8Array, details: RpcDetails): void {
  for (const any of statusProto.Status.deserializeBinary(bytes).getDetailsList()) {
    const value = any.getValue_asU8();
    switch (any.getTypeName()) {
      case "pulumirpc.ErrorResourceInitFailed":
        details.initFailed = providerProto.ErrorResourceInitFailed.deserializeBinary(value);
        break;
      case "pulumirpc.ConfigureErrorMissingKeys":
        details.missingKeys = providerProto.ConfigureErrorMissingKeys.deserializeBinary(value);
        break;
      case "pulumirpc.InputPropertiesError":
        details.badInputs = errorsProto.InputPropertiesError.deserializeBinary(value);
        break;
      case "pulumirpc.ErrorCause":
        details.cause = errorsProto.ErrorCause.deserializeBinary(value);
        break;
    }
  }
}
