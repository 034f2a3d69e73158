import grpc from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { type DiffKind, type DiffResult, PartialFailure, type Provider } from "../../../../engine/provider.js";
import type { PropertyMap } from "../../../../engine/values.js";
import { fromStruct, type Struct, toStruct } from "../../../../engine/wire.js";

/** A provider of ours as a `pulumi-resource-*` plugin: Pulumi's ResourceProvider service in front of it. */
export interface PluginServer {
  port: number;
  close(): void;
}

export interface PluginOptions {
  /** Semver that the plugin tells. */
  version?: string;
}

const MESSAGE_LIMIT = 400 * 1024 * 1024;
const CHANGES = { unknown: 0, none: 1, some: 2 } as const;
const KINDS: Record<DiffKind, 0 | 1 | 2 | 3 | 4 | 5> = {
  add: 0,
  "add-replace": 1,
  delete: 2,
  "delete-replace": 3,
  update: 4,
  "update-replace": 5,
};

/** Serves one provider on a free port of the loopback. */
export async function servePlugin(provider: Provider, options: PluginOptions = {}): Promise<PluginServer> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MESSAGE_LIMIT,
    "grpc.max_send_message_length": MESSAGE_LIMIT,
  });
  server.addService(
    providerGrpc.ResourceProviderService,
    service(provider, options) as unknown as grpc.UntypedServiceImplementation,
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => server.forceShutdown() };
}

/** Calls that the provider does not have stay UNIMPLEMENTED. */
function service(provider: Provider, options: PluginOptions) {
  const abort = new AbortController();
  const accepts = provider.acceptsSecrets === true;
  const out = (map: PropertyMap) => toStruct(map, { keepSecrets: accepts });
  const into = (struct: Struct | undefined) => fromStruct(struct, process.cwd());
  const on = (request: { getUrn(): string; getType(): string }) => ({
    urn: request.getUrn(),
    type: request.getType(),
    signal: abort.signal,
  });
  const seconds = (timeout: number) => (timeout > 0 ? timeout : undefined);
  return {
    ...optional(provider),
    getPluginInfo: unary(async () => new pluginProto.PluginInfo().setVersion(options.version ?? "")),
    getSchema: unary(async () =>
      new providerProto.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.package, version: options.version }),
      ),
    ),
    configure: unary(async (request: providerProto.ConfigureRequest) => {
      const args = into(request.getArgs());
      delete args.version;
      await provider.configure(args);
      return new providerProto.ConfigureResponse()
        .setAcceptsecrets(accepts)
        .setSupportspreview(provider.supportsPreview === true);
    }),
    check: unary(async (request: providerProto.CheckRequest) => {
      const olds = request.getOlds();
      const { inputs, failures } = await provider.check({
        ...on(request),
        // The engine sends an empty map for none.
        olds: olds && olds.getFieldsMap().getLength() > 0 ? into(olds) : undefined,
        news: into(request.getNews()),
        randomSeed: request.getRandomseed_asU8(),
      });
      return new providerProto.CheckResponse().setInputs(out(inputs)).setFailuresList(failures.map(failure));
    }),
    diff: unary(async (request: providerProto.DiffRequest) =>
      diffResponse(
        await provider.diff({
          ...on(request),
          id: request.getId(),
          oldInputs: into(request.getOldInputs()),
          oldOutputs: into(request.getOlds()),
          news: into(request.getNews()),
          ignoreChanges: request.getIgnorechangesList(),
        }),
      ),
    ),
    create: unary(async (request: providerProto.CreateRequest) => {
      const { id, outputs } = await provider.create({
        ...on(request),
        inputs: into(request.getProperties()),
        timeout: seconds(request.getTimeout()),
        preview: request.getPreview(),
      });
      return new providerProto.CreateResponse().setId(id).setProperties(out(outputs));
    }, out),
    update: unary(async (request: providerProto.UpdateRequest) => {
      const { outputs } = await provider.update({
        ...on(request),
        id: request.getId(),
        oldInputs: into(request.getOldInputs()),
        oldOutputs: into(request.getOlds()),
        news: into(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
        timeout: seconds(request.getTimeout()),
        preview: request.getPreview(),
      });
      return new providerProto.UpdateResponse().setProperties(out(outputs));
    }, out),
    read: unary(async (request: providerProto.ReadRequest) => {
      const { id, outputs, inputs } = await provider.read({
        ...on(request),
        id: request.getId(),
        inputs: into(request.getInputs()),
        outputs: into(request.getProperties()),
      });
      const response = new providerProto.ReadResponse().setId(id);
      if (id === "") return response;
      response.setProperties(out(outputs));
      if (inputs !== undefined) response.setInputs(out(inputs));
      return response;
    }, out),
    delete: unary(async (request: providerProto.DeleteRequest) => {
      await provider.delete({
        ...on(request),
        id: request.getId(),
        oldInputs: into(request.getOldInputs()),
        oldOutputs: into(request.getProperties()),
        timeout: seconds(request.getTimeout()),
      });
      return new emptyProto.Empty();
    }),
    cancel: unary(async () => {
      abort.abort();
      await provider.cancel?.();
      return new emptyProto.Empty();
    }),
  };

  function optional({ checkConfig, diffConfig, invoke }: Provider) {
    return {
      ...(checkConfig && {
        checkConfig: unary(async (request: providerProto.CheckRequest) => {
          const news = into(request.getNews());
          const checked = await checkConfig.call(provider, {
            urn: request.getUrn(),
            olds: into(request.getOlds()),
            news,
          });
          return new providerProto.CheckResponse()
            .setInputs(out(checked.inputs))
            .setFailuresList(checked.failures.map(failure));
        }),
      }),
      ...(diffConfig && {
        diffConfig: unary(async (request: providerProto.DiffRequest) =>
          diffResponse(
            await diffConfig.call(provider, {
              urn: request.getUrn(),
              oldInputs: into(request.getOldInputs()),
              news: into(request.getNews()),
            }),
          ),
        ),
      }),
      ...(invoke && {
        invoke: unary(async (request: providerProto.InvokeRequest) => {
          const { result, failures } = await invoke.call(provider, request.getTok(), into(request.getArgs()));
          return new providerProto.InvokeResponse().setReturn(out(result)).setFailuresList(failures.map(failure));
        }),
      }),
    };
  }
}

function failure({ property, reason }: { property: string; reason: string }): providerProto.CheckFailure {
  return new providerProto.CheckFailure().setProperty(property).setReason(reason);
}

function diffResponse(diff: DiffResult): providerProto.DiffResponse {
  const response = new providerProto.DiffResponse()
    .setChanges(CHANGES[diff.changes])
    .setReplacesList(diff.replaces ?? [])
    .setDiffsList(diff.diffs ?? [])
    .setDeletebeforereplace(diff.deleteBeforeReplace === true);
  if (diff.detailedDiff === undefined) return response;
  response.setHasdetaileddiff(true);
  for (const [path, { kind, inputDiff }] of Object.entries(diff.detailedDiff)) {
    const entry = new providerProto.PropertyDiff().setKind(KINDS[kind]).setInputdiff(inputDiff);
    response.getDetaileddiffMap().set(path, entry);
  }
  return response;
}

/** Wraps a handler. A partial failure travels as the detail of the status, which is where engines look for it. */
function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
  out: (map: PropertyMap) => Struct = (map) => toStruct(map, { keepSecrets: false }),
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        const code = grpc.status.UNKNOWN;
        if (!(error instanceof PartialFailure)) callback({ code, details });
        else callback({ code, details, metadata: partialFailure(error, out) });
      },
    );
  };
}

function partialFailure(error: PartialFailure, out: (map: PropertyMap) => Struct): grpc.Metadata {
  const detail = new providerProto.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(out(error.outputs))
    .setReasonsList(error.reasons);
  const packed = new anyProto.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusProto.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
