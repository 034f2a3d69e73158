import { EngineError } from "../errors.js";
import { goJson, type Json, jsonString, sortKeys } from "./json.js";
import {
  decodeProperties,
  decodeProperty,
  encodeProperties,
  encodeProperty,
  type SecretOpener,
  type SecretSealer,
} from "./properties.js";
import type { ResourceState } from "./types.js";

type JsonMap = { [key: string]: Json };

/**
 * JSON text of a resource, fields in the order in which Go writes them. What is empty or false is left out, except urn, custom
 * and type.
 */
export function encodeResource(resource: ResourceState, seal: SecretSealer): string {
  const parts: string[] = [];
  const put = (name: string, json: string): void => {
    parts.push(`"${name}":${json}`);
  };
  const text = (name: string, value: string | undefined): void => {
    if (value) put(name, jsonString(value));
  };
  const flag = (name: string, value: boolean | undefined): void => {
    if (value) put(name, "true");
  };
  const list = (name: string, value: string[] | undefined): void => {
    if (value?.length) put(name, goJson(value));
  };

  put("urn", jsonString(resource.urn));
  put("custom", String(resource.custom));
  flag("delete", resource.delete);
  text("id", resource.id);
  put("type", jsonString(resource.type));
  if (Object.keys(resource.inputs).length > 0) put("inputs", encodeProperties(resource.inputs, seal));
  if (Object.keys(resource.outputs).length > 0) put("outputs", encodeProperties(resource.outputs, seal));
  text("parent", resource.parent);
  flag("protect", resource.protect);
  flag("taint", resource.taint);
  flag("external", resource.external);
  list("dependencies", resource.dependencies);
  list("initErrors", resource.initErrors);
  text("provider", resource.provider);
  if (Object.keys(resource.propertyDependencies).length > 0) {
    put("propertyDependencies", goJson(resource.propertyDependencies));
  }
  flag("pendingReplacement", resource.pendingReplacement);
  list("additionalSecretOutputs", resource.additionalSecretOutputs);
  list("aliases", resource.aliases);
  const timeouts = encodeTimeouts(resource.customTimeouts);
  if (timeouts) put("customTimeouts", timeouts);
  text("importID", resource.importID);
  flag("retainOnDelete", resource.retainOnDelete);
  text("deletedWith", resource.deletedWith);
  list("replaceWith", resource.replaceWith);
  text("created", resource.created);
  text("modified", resource.modified);
  text("sourcePosition", resource.sourcePosition);
  if (resource.stackTrace?.length)
    put("stackTrace", goJson(resource.stackTrace.map((frame) => ({ ...frame }) as Json)));
  list("ignoreChanges", resource.ignoreChanges);
  list("hideDiff", resource.hideDiff);
  list("replaceOnChanges", resource.replaceOnChanges);
  if (resource.replacementTrigger !== undefined && resource.replacementTrigger !== null) {
    put("replacementTrigger", encodeProperty(resource.replacementTrigger, seal));
  }
  flag("refreshBeforeUpdate", resource.refreshBeforeUpdate);
  if (Object.keys(resource.resourceHooks ?? {}).length > 0)
    put("resourceHooks", goJson(resource.resourceHooks as Json));
  for (const [name, value] of Object.entries(resource.extra ?? {})) {
    if (value !== undefined) parts.push(`${jsonString(name)}:${goJson(value as Json)}`);
  }
  return `{${parts.join(",")}}`;
}

/** A resource of a checkpoint. Fields that are not known are kept in `extra`. */
export function decodeResource(json: Json, open: SecretOpener): ResourceState {
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw damaged("a resource is not a map");
  const fields = json as JsonMap;
  const { urn, type, custom } = fields;
  if (typeof urn !== "string" || typeof type !== "string") throw damaged("a resource has no urn or no type");
  const resource: ResourceState = {
    urn,
    custom: custom === true,
    type,
    inputs: isMap(fields.inputs) ? decodeProperties(fields.inputs, open) : {},
    outputs: isMap(fields.outputs) ? decodeProperties(fields.outputs, open) : {},
    dependencies: texts(fields.dependencies) ?? [],
    propertyDependencies: {},
  };
  for (const [key, urns] of Object.entries(isMap(fields.propertyDependencies) ? fields.propertyDependencies : {})) {
    resource.propertyDependencies[key] = texts(urns) ?? [];
  }
  for (const name of Object.keys(fields)) {
    const value = fields[name]!;
    if (DECODED.has(name) || value === null) continue;
    if (FLAGS.has(name)) {
      if (value === true) Object.assign(resource, { [name]: true });
    } else if (TEXTS.has(name)) {
      if (value !== "") Object.assign(resource, { [name]: String(value) });
    } else if (LISTS.has(name)) {
      Object.assign(resource, { [name]: texts(value) });
    } else if (name === "customTimeouts") {
      resource.customTimeouts = value as NonNullable<ResourceState["customTimeouts"]>;
    } else if (name === "stackTrace") {
      resource.stackTrace = value as NonNullable<ResourceState["stackTrace"]>;
    } else if (name === "resourceHooks") {
      resource.resourceHooks = value as NonNullable<ResourceState["resourceHooks"]>;
    } else if (name === "replacementTrigger") {
      resource.replacementTrigger = decodeProperty(value, open);
    } else {
      resource.extra = { ...resource.extra, [name]: value };
    }
  }
  return resource;
}

const DECODED = new Set(["urn", "custom", "type", "inputs", "outputs", "dependencies", "propertyDependencies"]);
const FLAGS = new Set([
  "delete",
  "protect",
  "taint",
  "external",
  "pendingReplacement",
  "retainOnDelete",
  "refreshBeforeUpdate",
]);
const TEXTS = new Set(["id", "parent", "provider", "importID", "deletedWith", "created", "modified", "sourcePosition"]);
const LISTS = new Set([
  "initErrors",
  "additionalSecretOutputs",
  "aliases",
  "replaceWith",
  "ignoreChanges",
  "hideDiff",
  "replaceOnChanges",
]);

function encodeTimeouts(timeouts: ResourceState["customTimeouts"]): string | undefined {
  const set = (["create", "update", "delete", "read"] as const).filter((name) => timeouts?.[name]);
  if (set.length === 0) return undefined;
  return `{${set.map((name) => `"${name}":${JSON.stringify(timeouts![name])}`).join(",")}}`;
}

function damaged(what: string): EngineError {
  return new EngineError(`the state is damaged: ${what}`, undefined, 1);
}

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}

/** The checkpoint features that a resource needs its readers to know. */
export function resourceFeatures(resource: ResourceState): string[] {
  const features: string[] = [];
  if (resource.taint) features.push("taint");
  if (resource.replaceWith?.length) features.push("replaceWith");
  if (Object.keys(resource.resourceHooks ?? {}).length > 0) features.push("hooks");
  const { extra } = resource;
  if (resource.refreshBeforeUpdate) features.push("refreshBeforeUpdate");
  if (extra?.viewOf) features.push("views");
  if (extra?.extensionRef) features.push("extensionParameterization");
  if (extra?.snippetID) features.push("snippets-prototype");
  return sortKeys(features);
}
