import analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { Goal } from "../deploy/goals/goal.js";
import { parseUrn } from "../deploy/goals/urn.js";
import type { ResourceState } from "../state/types.js";
import {
  Archive,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  UNKNOWN,
} from "../values.js";
import { type Struct, toStruct } from "../wire.js";
import type { EnforcementLevel, PolicyConfig, PolicyInfo, PolicySeverity } from "./types.js";

/** A provider resource as policies see it: what a resource's provider was made with. */
export interface ProviderFacts {
  urn: string;
  inputs: PropertyMap;
}

const LEVELS: EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];
const SEVERITIES: (PolicySeverity | undefined)[] = [undefined, "low", "medium", "high", "critical"];
const KINDS: PolicyInfo["kind"][] = [undefined, "resource", "stack"];

export const levelOf = (value: number): EnforcementLevel => LEVELS[value] ?? "mandatory";
export const severityOf = (value: number): PolicySeverity | undefined => SEVERITIES[value];

/** A resource that is about to be decided on, with its inputs. `internal`: with the keys that providers keep for themselves. */
export function analyzeRequest(
  goal: Goal,
  inputs: PropertyMap,
  former: string | undefined,
  provider: ProviderFacts | undefined,
  internal: boolean,
): analyzerProto.AnalyzeRequest {
  const request = new analyzerProto.AnalyzeRequest();
  request.setUrn(goal.urn);
  request.setType(goal.type);
  request.setName(goal.name);
  request.setProperties(properties(inputs, internal));
  request.setOptions(options({ ...goal, aliases: former === undefined ? [] : [former] }, goal.deleteBeforeReplace));
  if (provider !== undefined) request.setProvider(providerMessage(provider));
  return request;
}

/** A resource as the run has left it, with its outputs. */
export function stackResource(
  state: ResourceState,
  goal: Goal | undefined,
  provider: ProviderFacts | undefined,
): analyzerProto.AnalyzerResource {
  const resource = new analyzerProto.AnalyzerResource();
  resource.setUrn(state.urn);
  resource.setType(state.type);
  resource.setName(parseUrn(state.urn).name);
  resource.setProperties(properties(state.outputs, false));
  resource.setOptions(options(state, goal?.deleteBeforeReplace));
  if (provider !== undefined) resource.setProvider(providerMessage(provider));
  resource.setParent(state.parent ?? "");
  resource.setDependenciesList(state.dependencies);
  for (const [key, urns] of Object.entries(state.propertyDependencies)) {
    if (urns.length === 0) continue;
    const dependencies = new analyzerProto.AnalyzerPropertyDependencies();
    dependencies.setUrnsList(urns);
    resource.getPropertydependenciesMap().set(key, dependencies);
  }
  return resource;
}

/** What both a goal and a state have. */
type Options = Pick<
  ResourceState,
  "protect" | "ignoreChanges" | "additionalSecretOutputs" | "aliases" | "customTimeouts" | "parent"
>;

function options(of: Options, deleteBeforeReplace: boolean | undefined): analyzerProto.AnalyzerResourceOptions {
  const timeouts = new analyzerProto.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(of.customTimeouts?.create ?? 0);
  timeouts.setUpdate(of.customTimeouts?.update ?? 0);
  timeouts.setDelete(of.customTimeouts?.delete ?? 0);
  const message = new analyzerProto.AnalyzerResourceOptions();
  message.setProtect(of.protect ?? false);
  message.setIgnorechangesList(of.ignoreChanges ?? []);
  message.setDeletebeforereplace(deleteBeforeReplace ?? false);
  message.setDeletebeforereplacedefined(deleteBeforeReplace !== undefined);
  message.setAdditionalsecretoutputsList(of.additionalSecretOutputs ?? []);
  message.setAliasesList(of.aliases ?? []);
  message.setCustomtimeouts(timeouts);
  message.setParent(of.parent ?? "");
  return message;
}

function providerMessage({ urn, inputs }: ProviderFacts): analyzerProto.AnalyzerProviderResource {
  const { type, name } = parseUrn(urn);
  const message = new analyzerProto.AnalyzerProviderResource();
  message.setUrn(urn);
  message.setType(type);
  message.setName(name);
  message.setProperties(properties(inputs, false));
  return message;
}

function properties(map: PropertyMap, internal: boolean): Struct {
  return toStruct(plainMap(map, internal), { keepSecrets: true });
}

/** Packs know secrets, unknowns, assets and archives; a reference to a resource they get as its id, or URN if it has none. */
function plain(value: PropertyValue, internal: boolean): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((element) => plain(element, internal));
  if (value instanceof Secret) return new Secret(plain(value.value, internal));
  if (value instanceof OutputValue) {
    const inner = value.value === undefined ? UNKNOWN : plain(value.value, internal);
    return value.secret ? new Secret(inner) : inner;
  }
  if (value instanceof ResourceReference)
    return value.id === undefined ? value.urn : value.id === "" ? UNKNOWN : value.id;
  if (value instanceof Archive || !isPropertyMap(value)) return value;
  return plainMap(value, internal);
}

function plainMap(map: PropertyMap, internal: boolean): PropertyMap {
  const entries = Object.entries(map).filter(([key]) => internal || !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value, internal)]));
}

/** The policies of a pack, sorted by name. */
export function policiesOf(info: analyzerProto.AnalyzerInfo): PolicyInfo[] {
  return info
    .getPoliciesList()
    .map((policy): PolicyInfo => {
      const schema = policy.getConfigschema();
      return {
        name: policy.getName(),
        level: levelOf(policy.getEnforcementlevel()),
        kind: KINDS[policy.getPolicyType()],
        severity: severityOf(policy.getSeverity()),
        displayName: policy.getDisplayname(),
        description: policy.getDescription(),
        remediationSteps: policy.getRemediationSteps(),
        url: policy.getUrl(),
        tags: policy.getTagsList(),
        schema: schema && {
          properties: (schema.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>,
          required: schema.getRequiredList(),
        },
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Settings that the pack itself brings. */
export function initialConfigOf(info: analyzerProto.AnalyzerInfo): Map<string, PolicyConfig> {
  return new Map(
    [...info.getInitialconfigMap().entries()].map(([name, config]) => [
      name,
      {
        level: levelOf(config.getEnforcementlevel()),
        properties: (config.getProperties()?.toJavaScript() ?? {}) as Record<string, unknown>,
      },
    ]),
  );
}
