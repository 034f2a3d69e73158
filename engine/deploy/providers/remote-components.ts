import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError } from "../../errors.js";
import type { ConstructAlias, ConstructOptions, ProgramContext } from "../../provider.js";
import { isPropertyMap, type PropertyMap, ResourceReference } from "../../values.js";
import { fromStruct, fromValue, type Struct, toStruct } from "../../wire.js";
import { decodeHooks } from "../callbacks/hook-options.js";
import { isProviderType, packageOf } from "../goals/urn.js";
import { dependenciesIn, toOutputValue } from "../properties/output-values.js";
import type { BoundProvider } from "./bound-provider.js";

type Request = resourceProto.RegisterResourceRequest;

/** A component as the provider that made it tells of it; the resources themselves it has registered with the engine. */
export function constructedResponse(
  urn: string,
  outputs: PropertyMap,
  dependencies: Record<string, string[]>,
  request: Request,
) {
  const response = new resourceProto.RegisterResourceResponse().setUrn(urn).setResult(resourceProto.Result.SUCCESS);
  for (const [key, urns] of Object.entries(withFound(outputs, dependencies))) {
    const list = new resourceProto.RegisterResourceResponse.PropertyDependencies().setUrnsList(urns);
    response.getPropertydependenciesMap().set(key, list);
  }
  const kept = { keepSecrets: request.getAcceptsecrets(), keepResources: request.getAcceptresources() };
  return response.setObject(toStruct(outputs, kept));
}

/** Has a provider make a remote component. `register`: registers one without children where the provider is not configured yet. */
export async function constructComponent(
  request: Request,
  provider: BoundProvider,
  program: ProgramContext,
  programDir: string,
  register: (bare: Request) => Promise<resourceProto.RegisterResourceResponse>,
): Promise<resourceProto.RegisterResourceResponse> {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
  if (!provider.configured) {
    const bare = new resourceProto.RegisterResourceRequest().setType(type).setName(name).setParent(parent);
    return constructedResponse((await register(bare)).getUrn(), {}, {}, request);
  }
  const inputs = toOutputValue(fromStruct(request.getObject(), programDir)) as PropertyMap;
  const sent = Object.fromEntries(
    [...request.getPropertydependenciesMap().entries()].map(([key, list]) => [key, list.getUrnsList()]),
  );
  const made = await provider.construct({
    program,
    type,
    name,
    parent,
    inputs,
    inputDependencies: withFound(inputs, sent),
    options: options(request, programDir),
  });
  return constructedResponse(made.urn, made.outputs, made.outputDependencies, request);
}

/** What each property depends on: as it was told, and as the output values in it say. */
function withFound(values: PropertyMap, told: Record<string, string[]>): Record<string, string[]> {
  const result: Record<string, string[]> = { ...told };
  for (const [key, value] of Object.entries(values))
    result[key] = [...new Set([...(told[key] ?? []), ...dependenciesIn(value)])].sort();
  return result;
}

function options(request: Request, programDir: string): ConstructOptions {
  const timeouts = request.getCustomtimeouts();
  return {
    aliases: aliases(request),
    dependencies: [...request.getDependenciesList()].sort(),
    providers: Object.fromEntries(request.getProvidersMap().entries()),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace:
      request.getDeletebeforereplacedefined() || request.getDeletebeforereplace()
        ? request.getDeletebeforereplace()
        : undefined,
    deletedWith: request.getDeletedwith(),
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: fromValue(request.getReplacementTrigger(), programDir),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    customTimeouts: timeouts && {
      create: timeouts.getCreate(),
      update: timeouts.getUpdate(),
      delete: timeouts.getDelete(),
      read: timeouts.getRead(),
    },
    hooks: decodeHooks(request.getHooks()),
  };
}

function aliases(request: Request): ConstructAlias[] {
  return [
    ...request.getAliasurnsList().map((urn) => ({ urn })),
    ...request.getAliasesList().map((alias) => {
      const spec = alias.getSpec();
      if (spec === undefined) return { urn: alias.getUrn() };
      return {
        name: spec.getName(),
        type: spec.getType(),
        stack: spec.getStack(),
        project: spec.getProject(),
        parentUrn: spec.getParenturn() || undefined,
        noParent: spec.getNoparent() || undefined,
      };
    }),
  ];
}

/** Which provider answers a method call: a provider resource itself for its own methods, else as the resource says. */
export function methodProvider(
  request: resourceProto.ResourceCallRequest,
  providerOf: (urn: string) => string | undefined,
): string | undefined {
  const token = request.getTok();
  const self = selfOf(request.getArgs());
  if (isProviderType(token)) {
    if (self?.id === undefined)
      throw new EngineError(`${token}: the call does not say on which provider`, undefined, 1);
    return `${self.urn}::${self.id}`;
  }
  return request.getProvider() || (self && providerOf(self.urn));
}

/** The package whose provider answers a method call. */
export function methodPackage(token: string): string {
  return isProviderType(token) ? packageOf(token).split("/")[0]! : token;
}

function selfOf(args: Struct | undefined): { urn: string; id?: string } | undefined {
  const self = fromStruct(args, "/").__self__;
  if (self instanceof ResourceReference) return { urn: self.urn, id: self.id };
  return isPropertyMap(self) && typeof self.urn === "string" ? { urn: self.urn } : undefined;
}

/** Has a provider call a method. */
export async function callMethod(
  request: resourceProto.ResourceCallRequest,
  provider: BoundProvider,
  program: ProgramContext,
  programDir: string,
): Promise<providerProto.CallResponse> {
  const args = toOutputValue(fromStruct(request.getArgs(), programDir)) as PropertyMap;
  const sent = [...request.getArgdependenciesMap().entries()].map(([key, list]) => [key, list.getUrnsList()]);
  const argDependencies = withFound(args, Object.fromEntries(sent));
  const answer = await provider.callMethod({ program, token: request.getTok(), args, argDependencies });
  const response = new providerProto.CallResponse().setReturn(toStruct(answer.result, { keepSecrets: true }));
  for (const [key, urns] of Object.entries(withFound(answer.result, answer.resultDependencies)))
    response.getReturndependenciesMap().set(key, new providerProto.CallResponse.ReturnDependencies().setUrnsList(urns));
  return response.setFailuresList(
    answer.failures.map((item) => new providerProto.CheckFailure().setProperty(item.property).setReason(item.reason)),
  );
}
