import type grpc from "@grpc/grpc-js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { parseUrn } from "../deploy/goals/urn.js";
import type {
  CallRequest,
  CallResult,
  CheckRequest,
  CheckResult,
  ConstructRequest,
  ConstructResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeOptions,
  InvokeResult,
  Provider,
  ProviderResource,
  ReadRequest,
  ReadResult,
  UpdateRequest,
  UpdateResult,
} from "../provider.js";
import type { PropertyMap } from "../values.js";
import { fromStruct, type Struct, toStruct } from "../wire.js";
import { restoreAssets } from "./assets.js";
import { callRequest, callResult, constructRequest, constructResult } from "./component-messages.js";
import { configureRequest } from "./configure-message.js";
import { checkResult, diffResult, failures } from "./messages.js";
import { call, RpcError } from "./rpc.js";
import { configureError, explained, partialFailure } from "./rpc-errors.js";

/** What a plugin can deal with: told in the handshake, or by older plugins in the answer to Configure. */
export interface PluginFeatures {
  secrets: boolean;
  resources: boolean;
  outputs: boolean;
  preview: boolean;
}

/** The process that serves a plugin, or what stands for it. */
export interface PluginLink {
  client: grpc.Client;
  /** What messages call it, `pulumi-resource-cloud`. */
  label: string;
  /** A sentence on how the process ended, with its last words, if that is why a call failed. */
  obituary(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A provider in a process of its own, spoken to over gRPC. Semantics follow Pulumi's engine. */
export class PluginProvider implements Provider {
  readonly package: string;
  readonly #negotiated: boolean;
  #features: PluginFeatures;

  constructor(
    name: string,
    private readonly link: PluginLink,
    /** Undefined if the plugin knows no handshake. */
    handshake: PluginFeatures | undefined,
    /** Folder that relative paths of assets are taken from. */
    private readonly root: string,
  ) {
    this.#features = handshake ?? { secrets: false, resources: false, outputs: false, preview: false };
    this.package = name;
    this.#negotiated = handshake !== undefined;
  }

  get acceptsSecrets(): boolean {
    return this.#features.secrets;
  }
  get acceptsResources(): boolean {
    return this.#features.resources;
  }
  get acceptsOutputs(): boolean {
    return this.#features.outputs;
  }
  get supportsPreview(): boolean {
    return this.#features.preview;
  }

  async checkConfig(request: { urn: string; olds: PropertyMap; news: PropertyMap }): Promise<CheckResult> {
    const { urn, olds, news } = request;
    const message = named(new providerProto.CheckRequest(), urn).setOlds(plain(olds)).setNews(plain(news));
    try {
      return checkResult(await this.#rpc("checkConfig", message), this.root);
    } catch (error) {
      if (isUnimplemented(error, this.package)) return { inputs: news, failures: [] };
      throw error;
    }
  }

  async diffConfig(request: {
    urn: string;
    oldInputs: PropertyMap;
    oldOutputs?: PropertyMap;
    news: PropertyMap;
  }): Promise<DiffResult> {
    const { urn, oldInputs, oldOutputs = {}, news } = request;
    const message = named(new providerProto.DiffRequest(), urn)
      .setOldInputs(plain(oldInputs))
      .setOlds(plain(oldOutputs))
      .setNews(plain(news));
    try {
      return diffResult(await this.#rpc("diffConfig", message));
    } catch (error) {
      if (isUnimplemented(error, this.package)) return { changes: "unknown" };
      throw error;
    }
  }

  async configure(_args: PropertyMap, resource?: ProviderResource): Promise<void> {
    if (resource === undefined) throw new Error("a plugin is configured for a provider resource");
    try {
      const answer: providerProto.ConfigureResponse = await this.#rpc("configure", configureRequest(resource));
      if (this.#negotiated) return;
      this.#features = {
        secrets: answer.getAcceptsecrets(),
        resources: answer.getAcceptresources(),
        outputs: answer.getAcceptoutputs(),
        preview: answer.getSupportspreview(),
      };
    } catch (error) {
      throw configureError(error);
    }
  }

  async check({ urn, olds, news, randomSeed }: CheckRequest): Promise<CheckResult> {
    const message = named(new providerProto.CheckRequest(), urn)
      // Plugins made with the Node SDK fail without old inputs, even if there are none.
      .setOlds(this.#struct(olds ?? {}))
      .setNews(this.#struct(news))
      .setRandomseed(randomSeed);
    return checkResult(await this.#rpc("check", message), this.root);
  }

  async diff({ urn, id, oldInputs, oldOutputs, news, ignoreChanges }: DiffRequest): Promise<DiffResult> {
    const message = named(new providerProto.DiffRequest(), urn)
      .setId(id)
      .setOldInputs(this.#elided(oldInputs))
      .setOlds(this.#elided(oldOutputs))
      .setNews(this.#elided(news))
      .setIgnorechangesList(ignoreChanges);
    return diffResult(await this.#rpc("diff", message));
  }

  async create({ urn, inputs, timeout, preview }: CreateRequest): Promise<CreateResult> {
    const message = named(new providerProto.CreateRequest(), urn)
      .setProperties(this.#struct(inputs))
      .setTimeout(timeout ?? 0)
      .setPreview(preview);
    const answer: providerProto.CreateResponse = await this.#change("create", message);
    const refreshBeforeUpdate = answer.getRefreshBeforeUpdate();
    return { id: answer.getId(), outputs: this.#map(answer.getProperties()), refreshBeforeUpdate };
  }

  async update(request: UpdateRequest): Promise<UpdateResult> {
    const message = named(new providerProto.UpdateRequest(), request.urn)
      .setId(request.id)
      .setOldInputs(this.#elided(request.oldInputs))
      .setOlds(this.#elided(request.oldOutputs))
      .setNews(this.#struct(request.news))
      .setIgnorechangesList(request.ignoreChanges)
      .setTimeout(request.timeout ?? 0)
      .setPreview(request.preview);
    const answer: providerProto.UpdateResponse = await this.#change("update", message);
    return { outputs: this.#map(answer.getProperties()), refreshBeforeUpdate: answer.getRefreshBeforeUpdate() };
  }

  async read({ urn, id, inputs, outputs }: ReadRequest): Promise<ReadResult> {
    const message = named(new providerProto.ReadRequest(), urn)
      .setId(id)
      .setInputs(this.#elided(inputs))
      .setProperties(this.#elided(outputs));
    const answer: providerProto.ReadResponse = await this.#change("read", message, inputs);
    const live = answer.getInputs();
    return {
      id: answer.getId(),
      outputs: restoreAssets(this.#map(answer.getProperties()), inputs),
      inputs: live && restoreAssets(this.#map(live), inputs),
      refreshBeforeUpdate: answer.getRefreshBeforeUpdate(),
    };
  }

  async delete({ urn, id, oldInputs, oldOutputs, timeout }: DeleteRequest): Promise<void> {
    const message = named(new providerProto.DeleteRequest(), urn)
      .setId(id)
      .setOldInputs(this.#elided(oldInputs))
      .setProperties(this.#elided(oldOutputs))
      .setTimeout(timeout ?? 0);
    await this.#rpc("delete", message);
  }

  async invoke(token: string, args: PropertyMap, options?: InvokeOptions): Promise<InvokeResult> {
    const message = new providerProto.InvokeRequest()
      .setTok(token)
      .setArgs(this.#struct(args))
      .setPreview(options?.preview ?? false);
    const answer: providerProto.InvokeResponse = await this.#rpc("invoke", message);
    return { result: this.#map(answer.getReturn()), failures: failures(answer.getFailuresList()) };
  }

  async construct(request: ConstructRequest): Promise<ConstructResult> {
    if (!this.#features.secrets)
      throw new Error(`the plugin ${this.link.label} makes components but does not accept secrets`);
    const inputs = this.#withOutputs(request.inputs);
    return constructResult(await this.#rpc("construct", constructRequest(request, inputs)), this.root);
  }

  async callMethod(request: CallRequest): Promise<CallResult> {
    const args = toStruct(request.args, { keepSecrets: true, keepOutputs: this.#features.outputs });
    return callResult(await this.#rpc("call", callRequest(request, args)), this.root);
  }

  /** Asks the plugin to let what it does end soon. Plugins that cannot do not know the method. */
  async cancel(): Promise<void> {
    await call(this.link.client, "cancel", new emptyProto.Empty()).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.link.close();
  }

  #struct(map: PropertyMap): Struct {
    return toStruct(map, { keepSecrets: this.#features.secrets, keepResources: this.#features.resources });
  }

  #elided(map: PropertyMap): Struct {
    const { secrets, resources } = this.#features;
    return toStruct(map, { keepSecrets: secrets, keepResources: resources, elideAssets: true });
  }

  #withOutputs(map: PropertyMap): Struct {
    const { secrets, resources, outputs } = this.#features;
    return toStruct(map, { keepSecrets: secrets, keepResources: resources, keepOutputs: outputs });
  }

  #map(struct: Struct | undefined): PropertyMap {
    return fromStruct(struct, this.root);
  }

  /** A call after which the object may exist although it failed: that is a PartialFailure. */
  async #change<Response>(method: string, message: unknown, known: PropertyMap = {}): Promise<Response> {
    try {
      return await this.#rpc(method, message);
    } catch (error) {
      throw partialFailure(error, (struct) => restoreAssets(this.#map(struct), known));
    }
  }

  async #rpc<Response>(method: string, message: unknown): Promise<Response> {
    try {
      return await call<Response>(this.link.client, method, message);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      throw explained(error, await this.link.obituary());
    }
  }
}

/** Requests on resources name them three times over. */
function named<M extends { setUrn(urn: string): M; setName(name: string): M; setType(type: string): M }>(
  message: M,
  urn: string,
): M {
  const { name, type } = parseUrn(urn);
  return message.setUrn(urn).setName(name).setType(type);
}

/** Configuration is checked and compared without secret marks, by every plugin. */
function plain(map: PropertyMap): Struct {
  return toStruct(map, { keepSecrets: false, keepResources: false });
}

/** The Node SDK's dynamic provider used to answer these two with nothing, which comes out as INTERNAL. */
function isUnimplemented(error: unknown, pkg: string): boolean {
  return error instanceof RpcError && (error.unimplemented || (pkg === "pulumi-nodejs" && error.internal));
}
