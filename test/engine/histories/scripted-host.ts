import aliasProto from "@pulumi/pulumi/proto/alias_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { Handler, ProgramService } from "../../../engine/deploy/program/program-service.js";
import type { ProgramExit, ProgramHost, ProgramLaunch } from "../../../engine/index.js";
import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING } from "../../../engine/signatures.js";
import type { Life } from "./life.js";
import { INJECTED, SECRET_MARK } from "./marks.js";
import {
  type Declared,
  familyOf,
  find,
  foreignId,
  isObject,
  PROJECT,
  type Program,
  providerOf,
  STACK,
  typeOf,
} from "./program.js";

type Json = structProto.JavaScriptValue;
type Map_ = { [key: string]: Json };

/** What the program knows of a resource once it is registered. */
interface Registered {
  urn: string;
  id: string;
  outputs: Map_;
}

/** Runs a declared program without the SDK: it asks the engine's service for what the SDK would, and waits for what it would wait for. */
export function scriptedHost(program: Program, life: Life): ProgramHost {
  return {
    async start(launch, service) {
      const exit = new ScriptedProgram(program, life, launch, service).run();
      return { exit, stop: async () => {} };
    },
  };
}

class ProgramFailure extends Error {}
/** A resource that could not be made, in a run that goes on: the SDK rejects all that depends on it. */
class NotMade extends Error {}

class ScriptedProgram {
  readonly #made = new Map<string, Promise<Registered>>();
  #registrations = 0;

  constructor(
    private readonly program: Program,
    private readonly life: Life,
    private readonly launch: ProgramLaunch,
    private readonly service: ProgramService,
  ) {}

  async run(): Promise<ProgramExit> {
    try {
      await this.#main();
      return { code: 0, signal: null };
    } catch (error) {
      if (!(error instanceof ProgramFailure)) return { code: 1, signal: null };
      if (error.message !== "") {
        const severity = engineProto.LogSeverity.ERROR;
        await this.#engine("log", new engineProto.LogRequest().setSeverity(severity).setMessage(error.message));
      }
      return { code: error.message === "" ? 7 : 32, signal: null };
    }
  }

  async #main(): Promise<void> {
    const root = new resourceProto.RegisterResourceRequest();
    root.setType("pulumi:pulumi:Stack").setName(`${PROJECT}-${STACK}`).setAcceptsecrets(true).setAliasspecs(true);
    const { urn } = await this.#register(root, {});
    await this.#monitor("getDeploymentInfo", {});
    await this.#engine("setRootResource", new engineProto.SetRootResourceRequest().setUrn(urn));
    for (const item of this.program.resources) {
      const made = this.#declare(item, urn);
      made.catch(() => {});
      this.#made.set(item.key, made);
    }
    const settled = await Promise.allSettled(this.#made.values());
    const errors = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    const fatal = errors.find((error) => !(error instanceof NotMade));
    if (fatal !== undefined) throw fatal;
    if (errors.length > 0) throw new ProgramFailure(`${INJECTED}: ${(errors[0] as Error).message}`);
    await this.#outputs(urn, { count: this.program.resources.length, token: secret(`${SECRET_MARK}output`) });
    await this.#monitor("signalAndWaitForShutdown", {});
  }

  async #declare(item: Declared, root: string): Promise<Registered> {
    const { program } = this;
    await this.life.pause();
    const request = new resourceProto.RegisterResourceRequest();
    const dependencies = new Set<string>();
    const dependent = new Map<string, string[]>();
    const value = async (property: string, key: string, pick: (made: Registered) => Json): Promise<Json> => {
      const made = await this.#get(key);
      dependencies.add(made.urn);
      dependent.set(property, [made.urn]);
      return pick(made);
    };
    const parent = item.parent === undefined ? root : (await this.#get(item.parent)).urn;
    if (item.found) return this.#read(item, parent);
    const inputs: Map_ = { size: item.size };
    if (item.kind === "Provider") Object.assign(inputs, { region: item.zone, password: password(item) });
    if (isObject(item)) {
      Object.assign(inputs, { name: item.key, zone: item.zone, labels: { entry: item.key, stack: STACK } });
      Object.assign(inputs, { nested: item.nested, password: password(item) });
      if (item.from !== undefined)
        inputs.from = await value("from", item.from, ({ outputs }) => this.#output(outputs.address));
      if (item.link !== undefined) inputs.link = await value("link", item.link, ({ id }) => id || UNKNOWN_STRING);
      if (item.within !== undefined)
        inputs.inside = await value("inside", item.within, ({ id }) => id || UNKNOWN_STRING);
    }
    for (const key of item.dependsOn) for (const made of await this.#aggregate(key, item)) dependencies.add(made.urn);
    for (const key of item.replaceWith) {
      const made = await this.#get(key);
      dependencies.add(made.urn);
      request.addReplaceWith(made.urn);
    }
    if (item.within !== undefined) request.setDeletedwith((await this.#get(item.within)).urn);
    const provider = isObject(item) ? providerOf(program, item) : undefined;
    if (provider !== undefined) {
      const made = await this.#get(provider);
      request.setProvider(`${made.urn}::${made.id || UNKNOWN_STRING}`);
    }
    request
      .setType(typeOf(item))
      .setName(item.name)
      .setParent(parent)
      .setCustom(item.kind !== "Group");
    request
      .setDependenciesList([...dependencies])
      .setAcceptsecrets(true)
      .setAcceptresources(true);
    request.setAliasspecs(true).setSupportspartialvalues(true).setSupportsresultreporting(true);
    request.setAliasesList(item.aliases.map((former) => new aliasProto.Alias().setUrn(former)));
    if (item.protect !== undefined) request.setProtect(item.protect);
    if (item.retain !== undefined) request.setRetainondelete(item.retain);
    if (item.deleteFirst) request.setDeletebeforereplace(true).setDeletebeforereplacedefined(true);
    if (isObject(item)) {
      request.setIgnorechangesList(item.ignoreChanges).setReplaceonchangesList(item.replaceOnChanges);
      if (item.secretOutputs) request.setAdditionalsecretoutputsList(["address"]);
    }
    if (item.trigger !== undefined) request.setReplacementTrigger(structProto.Value.fromJavaScript(item.trigger));
    const urns = request.getPropertydependenciesMap();
    for (const key of Object.keys(inputs)) {
      const list = new resourceProto.RegisterResourceRequest.PropertyDependencies();
      if (inputs[key] !== undefined) urns.set(key, list.setUrnsList(dependent.get(key) ?? []));
    }
    if (item.imports) request.setImportid(foreignId(item.key));
    const made = await this.#register(request, inputs);
    if (item.kind === "Group") await this.#outputs(made.urn, { size: item.size, label: `group ${item.key}` });
    return made;
  }

  async #read(item: Declared, parent: string): Promise<Registered> {
    const request = new resourceProto.ReadResourceRequest();
    const id = foreignId(item.key);
    request.setId(id).setType(typeOf(item)).setName(item.name).setParent(parent).setAcceptsecrets(true);
    const provider = providerOf(this.program, item);
    if (provider !== undefined) {
      const made = await this.#get(provider);
      request.setProvider(`${made.urn}::${made.id || UNKNOWN_STRING}`);
    }
    await this.life.pause();
    const response: resourceProto.ReadResourceResponse = await this.#monitor("readResource", request);
    const outputs = (response.getProperties()?.toJavaScript() ?? {}) as Map_;
    return { urn: response.getUrn(), id, outputs };
  }

  /** What depending on a resource means: on a component, all objects that are in it so far. */
  async #aggregate(key: string, dependent: Declared): Promise<Registered[]> {
    const { resources } = this.program;
    if (find(this.program, key).kind !== "Group") return [await this.#get(key)];
    const earlier = resources.slice(0, resources.indexOf(dependent));
    const inside = familyOf(this.program, key).filter((item) => isObject(item) && earlier.includes(item));
    return Promise.all(inside.map((item) => this.#get(item.key)));
  }

  #get(key: string): Promise<Registered> {
    const made = this.#made.get(key);
    if (made === undefined) throw new Error(`${key} is used before it is declared`);
    return made;
  }

  /** An output that is not there is not known in a preview. */
  #output(value: Json | undefined): Json {
    return value ?? (this.launch.preview ? UNKNOWN_STRING : null);
  }

  async #register(request: resourceProto.RegisterResourceRequest, inputs: Map_): Promise<Registered> {
    const fault = this.life.programFault();
    if (fault !== undefined && fault.nth === this.#registrations++) {
      this.life.trail.push(`PROGRAM ${fault.how}`);
      throw new ProgramFailure(fault.how === "throws" ? `${INJECTED}: the program failed` : "");
    }
    request.setObject(struct(inputs));
    await this.life.pause();
    const response: resourceProto.RegisterResourceResponse = await this.#monitor("registerResource", request);
    await this.life.pause();
    if (response.getResult() !== resourceProto.Result.SUCCESS)
      throw new NotMade(`resource ${request.getName()} failed to register`);
    const outputs = (response.getObject()?.toJavaScript() ?? {}) as Map_;
    return { urn: response.getUrn(), id: response.getId(), outputs };
  }

  async #outputs(urn: string, outputs: Map_): Promise<void> {
    const request = new resourceProto.RegisterResourceOutputsRequest();
    await this.#monitor("registerResourceOutputs", request.setUrn(urn).setOutputs(struct(outputs)));
  }

  #monitor<Response>(method: string, request: object): Promise<Response> {
    return (this.service.monitor[method] as Handler<object, Response>)(request);
  }

  #engine<Response>(method: string, request: object): Promise<Response> {
    return (this.service.engine[method] as Handler<object, Response>)(request);
  }
}

const secret = (value: Json): Json => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });

function password({ password: declared }: Declared): Json | undefined {
  if (declared === undefined) return undefined;
  return declared.secret ? secret(`${SECRET_MARK}${declared.n}`) : `open-${declared.n}`;
}

function struct(inputs: { [key: string]: Json | undefined }): structProto.Struct {
  const present = Object.entries(inputs).filter(([, value]) => value !== undefined);
  return structProto.Struct.fromJavaScript(Object.fromEntries(present) as Map_);
}
