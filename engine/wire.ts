import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { archiveHash, assetHash } from "./assets/hash.js";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  OUTPUT_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_SENTINELS,
  UNKNOWN_STRING,
} from "./signatures.js";
import {
  Archive,
  Asset,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  UNKNOWN,
  Unknown,
} from "./values.js";

/** A protobuf Struct as the generated stubs pass it around. */
export type Struct = structProto.Struct;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface MarshalOptions {
  /** False: secrets are sent in clear, for peers that do not accept them. */
  keepSecrets: boolean;
  /** False: references to resources are sent as their ids, a component's as its URN. Default true. */
  keepResources?: boolean;
  /** True: output values stay such, for those who compute with them. Otherwise they collapse. */
  keepOutputs?: boolean;
  /** True: of assets and archives only the hashes are sent. Default false. */
  elideAssets?: boolean;
}

/** Property map to protobuf Struct. */
export function toStruct(map: PropertyMap, options: MarshalOptions): Struct {
  // biome-ignore lint/suspicious/noExplicitAny: the stub's type of a JSON object is wider than ours
  return structProto.Struct.fromJavaScript(toJson(map, options) as any);
}

/** Protobuf Struct to property map; relative asset paths are taken from `root`. */
export function fromStruct(struct: Struct | undefined, root: string): PropertyMap {
  if (struct === undefined) return {};
  return fromJsonMap(struct.toJavaScript() as Record<string, Json>, root);
}

/** A protobuf Value to a property value. */
export function fromValue(value: structProto.Value | undefined, root: string): PropertyValue | undefined {
  return value === undefined ? undefined : fromJson(value.toJavaScript() as Json, root);
}

function toJson(value: PropertyValue, options: MarshalOptions): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item, options));
  if (value instanceof Secret) {
    if (!options.keepSecrets) return toJson(value.value, options);
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: toJson(value.value, options) };
  }
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (value instanceof OutputValue && options.keepOutputs) {
    return strip({
      [SIGNATURE_KEY]: OUTPUT_SIGNATURE,
      value: value.value === undefined ? undefined : toJson(value.value, options),
      secret: value.secret || undefined,
      dependencies: value.dependencies.length > 0 ? value.dependencies : undefined,
    });
  }
  if (value instanceof OutputValue) {
    const inner = value.value === undefined ? UNKNOWN_STRING : toJson(value.value, options);
    return value.secret && options.keepSecrets ? { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: inner } : inner;
  }
  if (value instanceof Asset) {
    const content = options.elideAssets ? {} : value.content;
    return strip({ [SIGNATURE_KEY]: ASSET_SIGNATURE, ...content, hash: value.hash });
  }
  if (value instanceof Archive) {
    if (options.elideAssets) return strip({ [SIGNATURE_KEY]: ARCHIVE_SIGNATURE, hash: value.hash });
    const assets = value.content.assets;
    return strip({
      [SIGNATURE_KEY]: ARCHIVE_SIGNATURE,
      path: value.content.path,
      uri: value.content.uri,
      assets: assets && Object.fromEntries(Object.entries(assets).map(([key, item]) => [key, toJson(item, options)])),
      hash: value.hash,
    });
  }
  if (value instanceof ResourceReference) {
    if (options.keepResources === false) return value.id === "" ? UNKNOWN_STRING : (value.id ?? value.urn);
    return strip({
      [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
      urn: value.urn,
      id: value.id,
      packageVersion: value.packageVersion,
    });
  }
  const result: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) result[key] = toJson(item, options);
  return result;
}

function strip(object: Record<string, Json | undefined>): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Json;
}

function fromJsonMap(json: Record<string, Json>, root: string): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, item] of Object.entries(json)) {
    if (item !== undefined) result[key] = fromJson(item, root);
  }
  return result;
}

function fromJson(json: Json, root: string): PropertyValue {
  if (typeof json === "string") return UNKNOWN_SENTINELS.has(json) ? UNKNOWN : json;
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((item) => fromJson(item, root));
  const text = (key: string) => (typeof json[key] === "string" ? (json[key] as string) : undefined);
  switch (json[SIGNATURE_KEY]) {
    case undefined:
      return fromJsonMap(json, root);
    case SECRET_SIGNATURE:
      return new Secret(fromJson(json.value ?? null, root));
    case OUTPUT_SIGNATURE: {
      const dependencies = Array.isArray(json.dependencies) ? (json.dependencies as string[]) : [];
      const inner = "value" in json ? fromJson(json.value ?? null, root) : undefined;
      return new OutputValue(inner, json.secret === true, dependencies);
    }
    case RESOURCE_SIGNATURE: {
      const id = text("id");
      return new ResourceReference(
        text("urn") ?? "",
        id !== undefined && UNKNOWN_SENTINELS.has(id) ? "" : id,
        text("packageVersion"),
      );
    }
    case ASSET_SIGNATURE: {
      const content = { text: text("text"), path: text("path"), uri: text("uri") };
      return new Asset(content, text("hash") ?? assetHash(content, root));
    }
    case ARCHIVE_SIGNATURE: {
      const assets = isPropertyMap(json.assets as PropertyValue)
        ? (fromJsonMap(json.assets as Record<string, Json>, root) as Record<string, Asset | Archive>)
        : undefined;
      const content = { assets, path: text("path"), uri: text("uri") };
      return new Archive(content, text("hash") ?? archiveHash(content, root));
    }
    default:
      throw new Error(`unknown property signature ${String(json[SIGNATURE_KEY])}`);
  }
}

/** Output values become what they hold: a secret, an unknown or the plain value. Their dependencies travel separately. */
export function collapseOutputs(value: PropertyValue): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(collapseOutputs);
  if (value instanceof OutputValue) {
    const inner = value.value === undefined ? UNKNOWN : collapseOutputs(value.value);
    return value.secret ? new Secret(inner) : inner;
  }
  if (value instanceof Secret) return new Secret(collapseOutputs(value.value), value.ciphertext);
  if (!isPropertyMap(value)) return value;
  return collapseMap(value);
}

/** {@link collapseOutputs} for a whole map. */
export function collapseMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, collapseOutputs(item)]));
}
