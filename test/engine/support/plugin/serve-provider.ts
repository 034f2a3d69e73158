import grpc from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import type { CheckFailure, CheckResult, DiffResult, Provider } from "../../../../engine/provider.js";
import { PartialFailure } from "../../../../engine/provider.js";
import type { PropertyMap } from "../../../../engine/values.js";
import { fromStruct, type Struct, toStruct } from "../../../../engine/wire.js";

/** A request as it came, for tests of what the engine sends. */
export interface PluginCall {
  method: string;
  pid: number;
  request: unknown;
}

export interface ServeOptions {
  package: string;
  version: string;
  /** False: the flags are told in the answer to Configure, as old plugins do. */
  handshake: boolean;
  onCall: (call: PluginCall) => void;
}

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** A provider behind Pulumi's ResourceProvider service. */
export interface ServedProvider {
  port: number;
  close(): void;
}

/**
 * Serves a provider as Pulumi's plugins do, on a free port of the loopback. A parameterization makes the provider that `make` gives for
 * the package of that name.
 */
export async function serveProvider(make: (pkg: string) => Provider, options: ServeOptions): Promise<ServedProvider> {
  let provider = make(options.package);
  const abort = new AbortController();
  const send = (map: PropertyMap) => toStruct(map, { keepSecrets: provider.acceptsSecrets === true });
  const receive = (struct: Struct | undefined) => fromStruct(struct, process.cwd());
  const call = (request: { getUrn(): string }) => ({
    urn: request.getUrn(),
    type: request.getUrn().split("::")[2]?.split("$").at(-1) ?? "",
    signal: abort.signal,
  });

  const handlers = {
    async handshake() {
      if (!options.handshake) throw unimplemented("Handshake");
      return new providerProto.ProviderHandshakeResponse()
        .setAcceptSecrets(provider.acceptsSecrets === true)
        .setAcceptResources(false);
    },
    async getPluginInfo() {
      return new pluginProto.PluginInfo().setVersion(options.version);
    },
    async getSchema() {
      return new providerProto.GetSchemaResponse().setSchema(JSON.stringify({ name: provider.package }));
    },
    async parameterize(request: providerProto.ParameterizeRequest) {
      const value = request.getValue();
      const [name = "", version = ""] = value
        ? [value.getName(), value.getVersion()]
        : (request.getArgs()?.getArgsList() ?? []);
      provider = make(name);
      return new providerProto.ParameterizeResponse().setName(name).setVersion(version);
    },
    async checkConfig(request: providerProto.CheckRequest) {
      const { urn } = call(request);
      const news = receive(request.getNews());
      if (provider.checkConfig === undefined) throw unimplemented("CheckConfig");
      return checked(await provider.checkConfig({ urn, olds: receive(request.getOlds()), news }), send);
    },
    async diffConfig(request: providerProto.DiffRequest) {
      if (provider.diffConfig === undefined) throw unimplemented("DiffConfig");
      const oldInputs = receive(request.getOldInputs());
      return diffed(await provider.diffConfig({ ...call(request), oldInputs, news: receive(request.getNews()) }));
    },
    async configure(request: providerProto.ConfigureRequest) {
      await provider.configure(receive(request.getArgs()));
      return new providerProto.ConfigureResponse()
        .setAcceptsecrets(provider.acceptsSecrets === true)
        .setSupportspreview(provider.supportsPreview === true)
        .setAcceptresources(false);
    },
    async check(request: providerProto.CheckRequest) {
      // Engines send an empty map for none.
      const sent = receive(request.getOlds());
      const olds = Object.keys(sent).length > 0 ? sent : undefined;
      const news = receive(request.getNews());
      const randomSeed = request.getRandomseed_asU8();
      return checked(await provider.check({ ...call(request), olds, news, randomSeed }), send);
    },
    async diff(request: providerProto.DiffRequest) {
      return diffed(
        await provider.diff({
          ...call(request),
          id: request.getId(),
          oldInputs: receive(request.getOldInputs()),
          oldOutputs: receive(request.getOlds()),
          news: receive(request.getNews()),
          ignoreChanges: request.getIgnorechangesList(),
        }),
      );
    },
    async create(request: providerProto.CreateRequest) {
      const timeout = request.getTimeout() || undefined;
      const inputs = receive(request.getProperties());
      const made = await provider.create({ ...call(request), inputs, timeout, preview: request.getPreview() });
      const response = new providerProto.CreateResponse().setId(made.id).setProperties(send(made.outputs));
      return response.setRefreshBeforeUpdate(made.refreshBeforeUpdate === true);
    },
    async update(request: providerProto.UpdateRequest) {
      const made = await provider.update({
        ...call(request),
        id: request.getId(),
        oldInputs: receive(request.getOldInputs()),
        oldOutputs: receive(request.getOlds()),
        news: receive(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
        timeout: request.getTimeout() || undefined,
        preview: request.getPreview(),
      });
      const response = new providerProto.UpdateResponse().setProperties(send(made.outputs));
      return response.setRefreshBeforeUpdate(made.refreshBeforeUpdate === true);
    },
    async read(request: providerProto.ReadRequest) {
      const inputs = receive(request.getInputs());
      const outputs = receive(request.getProperties());
      const live = await provider.read({ ...call(request), id: request.getId(), inputs, outputs });
      const response = new providerProto.ReadResponse().setId(live.id);
      response.setRefreshBeforeUpdate(live.refreshBeforeUpdate === true);
      if (live.id === "") return response;
      return response.setProperties(send(live.outputs)).setInputs(live.inputs && send(live.inputs));
    },
    async delete(request: providerProto.DeleteRequest) {
      await provider.delete({
        ...call(request),
        id: request.getId(),
        oldInputs: receive(request.getOldInputs()),
        oldOutputs: receive(request.getProperties()),
        timeout: request.getTimeout() || undefined,
      });
      return new emptyProto.Empty();
    },
    async invoke(request: providerProto.InvokeRequest) {
      const answer = await provider.invoke?.(request.getTok(), receive(request.getArgs()));
      if (answer === undefined) throw unimplemented(request.getTok());
      return new providerProto.InvokeResponse()
        .setReturn(send(answer.result))
        .setFailuresList(answer.failures.map(failure));
    },
    async cancel() {
      abort.abort();
      await provider.cancel?.();
      return new emptyProto.Empty();
    },
    async attach() {
      return new emptyProto.Empty();
    },
  };

  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  const unary = (
    method: string,
    handle: (request: never) => Promise<unknown>,
  ): grpc.handleUnaryCall<unknown, unknown> => {
    return (call, callback) => {
      const request = call.request as { toObject(): unknown };
      options.onCall({ method, pid: process.pid, request: plain(request.toObject()) });
      handle(request as never).then(
        (response) => callback(null, response),
        (error: unknown) => callback(failed(error, send)),
      );
    };
  };
  server.addService(
    providerGrpc.ResourceProviderService,
    Object.fromEntries(Object.entries(handlers).map(([method, handle]) => [method, unary(method, handle)])),
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

/** Structs, as the generated stubs show them, as the JSON that they stand for. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const fields = value as Record<string, unknown>;
  if ("fieldsMap" in fields)
    return Object.fromEntries((fields.fieldsMap as [string, unknown][]).map(([key, item]) => [key, plain(item)]));
  if (!("nullValue" in fields && "structValue" in fields))
    return Object.fromEntries(Object.entries(fields).map(([key, item]) => [key, plain(item)]));
  if (fields.structValue !== undefined) return plain(fields.structValue);
  if (fields.listValue !== undefined) return plain((fields.listValue as { valuesList: unknown[] }).valuesList);
  const scalars = [fields.stringValue, fields.numberValue, fields.boolValue];
  // Unset members of the union are the defaults of their types.
  return scalars.find((item) => item !== "" && item !== 0 && item !== false && item !== undefined) ?? null;
}

const failure = ({ property, reason }: CheckFailure) =>
  new providerProto.CheckFailure().setProperty(property).setReason(reason);

function checked({ inputs, failures }: CheckResult, send: (map: PropertyMap) => Struct) {
  return new providerProto.CheckResponse().setInputs(send(inputs)).setFailuresList(failures.map(failure));
}

function diffed(result: DiffResult): providerProto.DiffResponse {
  const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];
  const response = new providerProto.DiffResponse()
    .setChanges({ unknown: 0, none: 1, some: 2 }[result.changes] as 0 | 1 | 2)
    .setDiffsList(result.diffs ?? [])
    .setReplacesList(result.replaces ?? [])
    .setDeletebeforereplace(result.deleteBeforeReplace === true)
    .setHasdetaileddiff(result.detailedDiff !== undefined);
  for (const [path, { kind, inputDiff }] of Object.entries(result.detailedDiff ?? {})) {
    const diff = new providerProto.PropertyDiff().setKind(kinds.indexOf(kind) as 0).setInputdiff(inputDiff);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

function unimplemented(what: string): Error {
  return Object.assign(new Error(`${what} is not implemented`), { code: grpc.status.UNIMPLEMENTED });
}

/** An error on the wire; a partial failure carries the object in its details. */
function failed(error: unknown, send: (map: PropertyMap) => Struct): Partial<grpc.StatusObject> {
  const { message, code = grpc.status.UNKNOWN } = error as Error & { code?: grpc.status };
  if (!(error instanceof PartialFailure)) return { code, details: message };
  const detail = new providerProto.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(send(error.outputs))
    .setReasonsList(error.reasons);
  const any = new anyProto.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status().setCode(grpc.status.UNKNOWN).setMessage(message).setDetailsList([any]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
