import { pathToFileURL } from "node:url";
import type resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import type sourceProto from "@pulumi/pulumi/proto/source_pb.js";
import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import { collapseMap, collapseOutputs, fromStruct, fromValue } from "../../wire.js";
import { decodeHooks } from "../callbacks/hook-options.js";
import type { Packages } from "../providers/packages.js";
import { decodeAliases } from "./aliases.js";
import type { ComponentProviders } from "./component-providers.js";
import type { Goal } from "./goal.js";
import { isProviderType, makeUrn, packageOf, parseUrn, ROOT_STACK_TYPE } from "./urn.js";

export interface RegistrationContext {
  stack: string;
  project: string;
  /** Folder of Pulumi.yaml: source positions are relative to it. */
  root: string;
  /** Folder that relative asset paths are taken from. */
  programDir: string;
  goalOf: (urn: string) => Goal | undefined;
  /** The URN that a resource had before, if this run found it by an alias. */
  formerUrn: (urn: string) => string | undefined;
  packages: Packages;
}

/** What a registration and a read have in common. */
interface Named {
  getType(): string;
  getName(): string;
  getParent(): string;
}

/** Where a resource stands. Its parent must have been registered. */
export function placeOf(request: Named, context: RegistrationContext): { urn: string; parent: string | undefined } {
  const parent = request.getParent() || undefined;
  const urn = makeUrn(context.stack, context.project, parent, request.getType(), request.getName());
  if (parent && context.goalOf(parent) === undefined)
    throw new EngineError(`${urn}: its parent ${parent} is not registered`, undefined, 1);
  return { urn, parent };
}

/** Decodes a registration. The provider is not decided on yet. */
export function decodeGoal(request: resourceProto.RegisterResourceRequest, context: RegistrationContext): Goal {
  const type = request.getType();
  const name = request.getName();
  const { urn, parent } = placeOf(request, context);
  const custom = request.getCustom();
  if (custom) checkType(type, `"${name}"`);
  if (request.getEnvvarmappingsMap().getLength() > 0 && !isProviderType(type))
    throw new EngineError(`${urn}: only provider resources take envVarMappings`, undefined, 1);

  const inputs = collapseMap(fromStruct(request.getObject(), context.programDir));
  if (isProviderType(type)) context.packages.completeProviderInputs(inputs, request);
  const dependencies = [...request.getDependenciesList()].sort();
  const propertyDependencies: Record<string, string[]> = {};
  const sent = request.getPropertydependenciesMap();
  for (const key of Object.keys(inputs)) propertyDependencies[key] = sent.getLength() === 0 ? dependencies : [];
  for (const [key, value] of sent.entries()) propertyDependencies[key] = [...value.getUrnsList()].sort();

  return {
    urn,
    type,
    name,
    custom,
    inputs,
    importId: request.getImportid() || undefined,
    parent,
    protect: request.getProtect() === true,
    retainOnDelete: request.getRetainondelete() === true,
    dependencies,
    propertyDependencies,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: decodeAliases(request, context, { parent, type, name }),
    customTimeouts: decodeTimeouts(request.getCustomtimeouts(), urn),
    deletedWith: request.getDeletedwith() || undefined,
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: trigger(request, context),
    hideDiff: request.getHidediffsList(),
    hooks: decodeHooks(request.getHooks()),
    sourcePosition: position(request.getSourceposition(), context.root),
    stackTrace: stackTrace(request, context.root),
  };
}

function trigger(
  request: resourceProto.RegisterResourceRequest,
  context: RegistrationContext,
): Goal["replacementTrigger"] {
  const value = fromValue(request.getReplacementTrigger(), context.programDir);
  return value === undefined || value === null ? undefined : collapseOutputs(value);
}

/** Types of custom resources are of the form `package:module:Type`. */
export function checkType(type: string, subject: string): void {
  if (type.split(":").length === 3) return;
  throw new EngineError(`${subject}: the type "${type}" is not of the form package:module:Type`, undefined, 1);
}

function decodeTimeouts(
  timeouts: resourceProto.RegisterResourceRequest.CustomTimeouts | undefined,
  urn: string,
): ResourceState["customTimeouts"] {
  if (timeouts === undefined) return undefined;
  const result = {
    create: seconds(timeouts.getCreate(), urn),
    update: seconds(timeouts.getUpdate(), urn),
    delete: seconds(timeouts.getDelete(), urn),
    read: seconds(timeouts.getRead(), urn),
  };
  return Object.values(result).some((value) => value !== undefined) ? result : undefined;
}

/** Go's duration text, `1h2m3.5s`, in seconds. */
export function seconds(text: string, urn: string): number | undefined {
  if (text === "") return undefined;
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
  let total = 0;
  const rest = text.replace(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g, (_, number: string, unit: string) => {
    total += Number(number) * (units[unit] ?? 0);
    return "";
  });
  if (rest !== "") throw new EngineError(`${urn}: "${text}" is not a duration`, "write it as 30s, 5m or 1h30m", 1);
  return total;
}

/** Writes into a registration what it leaves open and its parent has: options that are inherited, and the provider. */
export function inherit(
  request: resourceProto.RegisterResourceRequest,
  parent: Goal | undefined,
  components: ComponentProviders,
): void {
  if (parent !== undefined) {
    if (!request.hasProtect() && parent.protect) request.setProtect(true);
    if (!request.hasRetainondelete() && parent.retainOnDelete) request.setRetainondelete(true);
    if (!request.getDeletedwith() && parent.deletedWith) request.setDeletedwith(parent.deletedWith);
  }
  const managed = request.getCustom() || request.getRemote();
  if (!managed || isProviderType(request.getType()) || request.getProvider()) return;
  request.setProvider(wantedProvider(request, parent, components) ?? "");
}

/** The provider that a resource gets from where it stands, before defaults. */
function wantedProvider(
  request: resourceProto.RegisterResourceRequest,
  parent: Goal | undefined,
  components: ComponentProviders,
): string | undefined {
  const pkg = packageOf(request.getType());
  const inherited = parent?.custom ? parent.provider : undefined;
  if (inherited && packageOf(parseUrn(inherited).type) === pkg) return inherited;
  return request.getProvidersMap().get(pkg) || components.resolve(request.getType(), request.getParent());
}

export function stackTrace(
  request: resourceProto.RegisterResourceRequest | resourceProto.ReadResourceRequest,
  root: string,
): { sourcePosition?: string }[] | undefined {
  const frames = request.getStacktrace()?.getFramesList() ?? [];
  if (frames.length === 0) return undefined;
  return frames.map((frame) => {
    const sourcePosition = position(frame.getPc(), root);
    return sourcePosition === undefined ? {} : { sourcePosition };
  });
}

/** `file:///abs/index.ts` line 3 becomes `project:///index.ts#3,1`; what lies outside the project is left out. */
export function position(source: sourceProto.SourcePosition | undefined, root: string): string | undefined {
  if (source === undefined) return undefined;
  const base = `${pathToFileURL(root).href.replace(/\/$/, "")}/`;
  const uri = source.getUri();
  if (!uri.startsWith(base)) return undefined;
  const column = source.getColumn();
  return `project:///${uri.slice(base.length)}#${source.getLine()}${column > 0 ? `,${column}` : ""}`;
}

export function isRootStack(goal: Goal): boolean {
  return goal.type === ROOT_STACK_TYPE;
}
