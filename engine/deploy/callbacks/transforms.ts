import type callbackProto from "@pulumi/pulumi/proto/callback_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import type { PropertyMap } from "../../values.js";
import { fromStruct, toStruct } from "../../wire.js";
import { dependenciesIn, toOutputValue, withDependencies } from "../properties/output-values.js";
import type { CallbackFunction, Callbacks } from "./callbacks.js";
import { applyOptions, optionsOf } from "./transform-options.js";

type Request = resourceProto.RegisterResourceRequest;
type Options = resourceProto.TransformResourceOptions;

/** Programs compute with what they are given: nothing collapses on the way to them. */
const FOR_PROGRAMS = { keepSecrets: true, keepOutputs: true };

/** The transforms of a program: functions that change what a resource or an invoke asks for, before anything is decided on it. */
export class Transforms {
  readonly #ofStack: CallbackFunction[] = [];
  readonly #ofInvokes: CallbackFunction[] = [];
  readonly #ofResources = new Map<string, { parent: string; own: CallbackFunction[] }>();
  /** Transforms of remote components: their provider registers the component a second time, without them. */
  readonly #constructed = new Map<string, CallbackFunction[]>();

  constructor(
    private readonly callbacks: Callbacks,
    /** Folder that relative asset paths are taken from. */
    private readonly programDir: string,
  ) {}

  registerForStack(callback: callbackProto.Callback): void {
    this.#ofStack.push(this.callbacks.wrap(callback));
  }

  registerForInvokes(callback: callbackProto.Callback): void {
    this.#ofInvokes.push(this.callbacks.wrap(callback));
  }

  /**
   * Runs the transforms of a registration and writes what they made of it into the request: the resource's own first, then its
   * ancestors', nearest first, then the stack's. Gives the resource's own, to be {@link remember}ed for its children.
   */
  async apply(request: Request): Promise<CallbackFunction[]> {
    const own = this.#own(request);
    const all = [...own, ...this.#inherited(request.getParent()), ...this.#ofStack];
    if (all.length === 0) return own;
    // Only a registration with transforms of its own has its dependencies worked out anew; as Pulumi does it.
    const rebuild = request.getTransformsList().length > 0;
    const given = fromStruct(request.getObject(), this.programDir);
    let properties = rebuild ? withDependencies(given, sentDependencies(request)) : given;
    let options = optionsOf(request);
    for (const transform of all) ({ properties, options } = await this.#call(transform, request, properties, options));
    applyOptions(request, options);
    request.setObject(toStruct(properties, FOR_PROGRAMS));
    setDependencies(request, properties, options, rebuild);
    return own;
  }

  /** Keeps the transforms of a resource for its descendants. */
  remember(urn: string, parent: string, own: CallbackFunction[]): void {
    this.#ofResources.set(urn, { parent, own });
  }

  /** Runs the invoke transforms, in the order of their registration, and writes what they made of it into the request. */
  async applyToInvoke(request: resourceProto.ResourceInvokeRequest): Promise<void> {
    for (const transform of this.#ofInvokes) {
      const options = new resourceProto.TransformInvokeOptions()
        .setProvider(request.getProvider())
        .setVersion(request.getVersion())
        .setPluginDownloadUrl(request.getPlugindownloadurl());
      for (const [key, sum] of request.getPluginchecksumsMap().entries()) options.getPluginChecksumsMap().set(key, sum);
      const question = new resourceProto.TransformInvokeRequest()
        .setToken(request.getTok())
        .setArgs(request.getArgs())
        .setOptions(options);
      const bytes = await transform(question.serializeBinary());
      const answer = decode(() => resourceProto.TransformInvokeResponse.deserializeBinary(bytes));
      const next = answer.getOptions();
      if (answer.hasArgs()) request.setArgs(answer.getArgs());
      if (next === undefined) continue;
      request
        .setProvider(next.getProvider())
        .setVersion(next.getVersion())
        .setPlugindownloadurl(next.getPluginDownloadUrl());
    }
  }

  #own(request: Request): CallbackFunction[] {
    const key = `${request.getParent()}::${request.getType()}::${request.getName()}`;
    const constructed = this.#constructed.get(key);
    if (constructed !== undefined) {
      this.#constructed.delete(key);
      return constructed;
    }
    const own = request.getTransformsList().map((callback) => this.callbacks.wrap(callback));
    if (request.getRemote() && own.length > 0) this.#constructed.set(key, own);
    return own;
  }

  #inherited(parent: string): CallbackFunction[] {
    const found = this.#ofResources.get(parent);
    return found === undefined ? [] : [...found.own, ...this.#inherited(found.parent)];
  }

  async #call(
    transform: CallbackFunction,
    request: Request,
    properties: PropertyMap,
    options: Options,
  ): Promise<{ properties: PropertyMap; options: Options }> {
    const question = new resourceProto.TransformRequest()
      .setName(request.getName())
      .setType(request.getType())
      .setParent(request.getParent())
      .setCustom(request.getCustom())
      .setProperties(toStruct(toOutputValue(properties) as PropertyMap, FOR_PROGRAMS))
      .setOptions(options);
    const bytes = await transform(question.serializeBinary());
    const answer = decode(() => resourceProto.TransformResponse.deserializeBinary(bytes));
    return {
      properties: answer.hasProperties() ? fromStruct(answer.getProperties(), this.programDir) : properties,
      options: answer.getOptions() ?? options,
    };
  }
}

function decode<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(
      `a transform gave an answer that cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** What each property depends on as the program sent it; old SDKs only send dependencies as a whole. */
function sentDependencies(request: Request): Record<string, string[]> {
  const sent = request.getPropertydependenciesMap();
  if (sent.getLength() > 0 || request.getRemote())
    return Object.fromEntries([...sent.entries()].map(([key, urns]) => [key, urns.getUrnsList()]));
  const keys = Object.keys(request.getObject()?.toJavaScript() ?? {});
  return Object.fromEntries(keys.map((key) => [key, request.getDependenciesList()]));
}

function setDependencies(request: Request, properties: PropertyMap, options: Options, rebuild: boolean): void {
  const found = Object.fromEntries(Object.entries(properties).map(([key, item]) => [key, dependenciesIn(item)]));
  const sent = rebuild ? {} : sentDependencies(request);
  const map = request.getPropertydependenciesMap();
  request.clearPropertydependenciesMap();
  for (const key of Object.keys({ ...sent, ...found })) {
    const urns = new Set([...(sent[key] ?? []), ...(found[key] ?? [])]);
    map.set(key, new resourceProto.RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]));
  }
  const whole = rebuild ? Object.values(found).flat() : request.getDependenciesList();
  request.setDependenciesList([...new Set([...options.getDependsOnList(), ...whole])]);
}
