import aliasProto from "@pulumi/pulumi/proto/alias_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { bindHooks } from "../deploy/callbacks/hook-options.js";
import type {
  CallRequest,
  CallResult,
  ConstructAlias,
  ConstructOptions,
  ConstructRequest,
  ConstructResult,
  ProgramContext,
} from "../provider.js";
import { fromStruct, type Struct, toStruct } from "../wire.js";
import { failures } from "./messages.js";

/** The program that a provider does something as a part of. */
function setProgram(
  message: providerProto.ConstructRequest | providerProto.CallRequest,
  program: ProgramContext,
): void {
  message.setProject(program.project);
  message.setStack(program.stack);
  message.setOrganization(program.organization);
  message.setConfigsecretkeysList(program.configSecretKeys);
  message.setDryrun(program.preview);
  message.setParallel(program.parallel);
  message.setMonitorendpoint(program.monitorAddress);
  message.setStackTraceHandle(program.stackTraceHandle);
  for (const [key, value] of Object.entries(program.config)) message.getConfigMap().set(key, value);
}

export function constructRequest(request: ConstructRequest, inputs: Struct): providerProto.ConstructRequest {
  const { program, options } = request;
  const message = new providerProto.ConstructRequest()
    .setType(request.type)
    .setName(request.name)
    .setParent(request.parent)
    .setInputs(inputs)
    .setAcceptsOutputValues(true);
  setProgram(message, program);
  for (const [key, urns] of Object.entries(request.inputDependencies)) {
    const list = new providerProto.ConstructRequest.PropertyDependencies().setUrnsList(urns);
    message.getInputdependenciesMap().set(key, list);
  }
  setOptions(message, options);
  return message;
}

function setOptions(message: providerProto.ConstructRequest, options: ConstructOptions): void {
  message
    .setAliasesList(options.aliases.map(alias))
    .setDependenciesList(options.dependencies)
    .setDeletedwith(options.deletedWith)
    .setReplaceWithList(options.replaceWith)
    .setIgnorechangesList(options.ignoreChanges)
    .setReplaceonchangesList(options.replaceOnChanges)
    .setAdditionalsecretoutputsList(options.additionalSecretOutputs);
  for (const [pkg, ref] of Object.entries(options.providers)) message.getProvidersMap().set(pkg, ref);
  if (options.protect !== undefined) message.setProtect(options.protect);
  if (options.retainOnDelete !== undefined) message.setRetainondelete(options.retainOnDelete);
  if (options.deleteBeforeReplace !== undefined) message.setDeletebeforereplace(options.deleteBeforeReplace);
  if (options.replacementTrigger !== undefined) {
    const wire = toStruct({ value: options.replacementTrigger }, { keepSecrets: true, keepOutputs: true });
    message.setReplacementTrigger(structProto.Value.fromJavaScript(wire.toJavaScript().value ?? null));
  }
  if (options.customTimeouts !== undefined) {
    const { create, update, delete: remove, read } = options.customTimeouts;
    const timeouts = new providerProto.ConstructRequest.CustomTimeouts();
    message.setCustomtimeouts(timeouts.setCreate(create).setUpdate(update).setDelete(remove).setRead(read));
  }
  if (options.hooks !== undefined) {
    const binding = new providerProto.ConstructRequest.ResourceHooksBinding();
    message.setResourceHooks(bindHooks(binding, options.hooks));
  }
}

function alias(former: ConstructAlias): aliasProto.Alias {
  if ("urn" in former) return new aliasProto.Alias().setUrn(former.urn);
  const spec = new aliasProto.Alias.Spec()
    .setName(former.name)
    .setType(former.type)
    .setStack(former.stack)
    .setProject(former.project);
  if (former.noParent) spec.setNoparent(true);
  else if (former.parentUrn) spec.setParenturn(former.parentUrn);
  return new aliasProto.Alias().setSpec(spec);
}

export function constructResult(answer: providerProto.ConstructResponse, root: string): ConstructResult {
  const outputDependencies: Record<string, string[]> = {};
  for (const [key, list] of answer.getStatedependenciesMap().entries()) outputDependencies[key] = list.getUrnsList();
  return { urn: answer.getUrn(), outputs: fromStruct(answer.getState(), root), outputDependencies };
}

export function callRequest({ program, token, argDependencies }: CallRequest, args: Struct): providerProto.CallRequest {
  const message = new providerProto.CallRequest().setTok(token).setArgs(args).setAcceptsOutputValues(true);
  setProgram(message, program);
  for (const [key, urns] of Object.entries(argDependencies)) {
    const list = new providerProto.CallRequest.ArgumentDependencies().setUrnsList(urns);
    message.getArgdependenciesMap().set(key, list);
  }
  return message;
}

export function callResult(answer: providerProto.CallResponse, root: string): CallResult {
  const resultDependencies: Record<string, string[]> = {};
  for (const [key, list] of answer.getReturndependenciesMap().entries()) resultDependencies[key] = list.getUrnsList();
  const result = fromStruct(answer.getReturn(), root);
  return { result, resultDependencies, failures: failures(answer.getFailuresList()) };
}
