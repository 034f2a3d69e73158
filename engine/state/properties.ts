import { EMPTY_HASH } from "../assets/hash.js";
import { EngineError } from "../errors.js";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_STRING,
} from "../signatures.js";
import {
  Archive,
  Asset,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  Unknown,
} from "../values.js";
import { goJson, type Json, jsonString, setMember, sortKeys } from "./json.js";

/** In states only: NaN and the infinities, which JSON cannot say. */
const FLOAT_SIGNATURE = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c";

/** Encrypts the JSON text of a secret and returns the ciphertext to store. */
export type SecretSealer = (secret: Secret, plaintextJson: () => string) => string;
/** Opens ciphertexts while a state is read. */
export interface SecretOpener {
  open(ciphertext: string): string;
  /** Told of every secret that keeps its ciphertext. */
  opened?(secret: Secret): void;
}

/** JSON text of a property value as checkpoints keep it. */
export function encodeProperty(value: PropertyValue, seal: SecretSealer): string {
  if (typeof value === "string") return jsonString(value);
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : nonFinite(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element) => encodeProperty(element, seal)).join(",")}]`;
  if (value instanceof Secret) {
    const ciphertext = seal(value, () => encodeProperty(value.value, sealInClear));
    return `{"${SIGNATURE_KEY}":"${SECRET_SIGNATURE}","ciphertext":${jsonString(ciphertext)}}`;
  }
  if (value instanceof OutputValue) {
    const plain = value.value === undefined ? UNKNOWN_STRING : value.value;
    return encodeProperty(value.secret && !(plain instanceof Secret) ? new Secret(plain) : plain, seal);
  }
  if (value instanceof Unknown) return `"${UNKNOWN_STRING}"`;
  if (value instanceof Asset || value instanceof Archive || value instanceof ResourceReference) {
    return goJson(encodeMarked(value));
  }
  return encodeProperties(value, seal);
}

/** JSON text of a map of properties. */
export function encodeProperties(properties: PropertyMap, seal: SecretSealer): string {
  const members = sortKeys(Object.keys(properties).filter((key) => properties[key] !== undefined));
  return `{${members.map((key) => `${jsonString(key)}:${encodeProperty(properties[key]!, seal)}`).join(",")}}`;
}

/** A value of a checkpoint. Throws EngineError for a kind that this engine does not know. */
export function decodeProperty(json: Json, open: SecretOpener): PropertyValue {
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((element) => decodeProperty(element, open));
  const signature = json[SIGNATURE_KEY];
  if (signature === undefined) return decodeProperties(json, open);
  switch (signature) {
    case SECRET_SIGNATURE:
      return decodeSecret(json, open);
    case ASSET_SIGNATURE:
      return decodeAsset(json);
    case ARCHIVE_SIGNATURE:
      return decodeArchive(json, open);
    case RESOURCE_SIGNATURE:
      return new ResourceReference(String(json.urn), textOf(json.id), textOf(json.packageVersion));
    case FLOAT_SIGNATURE:
      return Buffer.from(String(json.value), "hex").readDoubleBE();
    default:
      throw new EngineError(
        `the state holds a value of a kind that this engine does not know (signature ${String(signature)})`,
        "use the Pulumi engine that wrote it",
        1,
      );
  }
}

export function decodeProperties(json: { [key: string]: Json }, open: SecretOpener): PropertyMap {
  const properties: PropertyMap = {};
  for (const key of Object.keys(json)) setMember(properties, key, decodeProperty(json[key]!, open));
  return properties;
}

/** True if a secret with ciphertext stands anywhere in it, so that a passphrase will be needed. */
export function hasCiphertext(json: Json): boolean {
  if (json === null || typeof json !== "object") return false;
  if (Array.isArray(json)) return json.some(hasCiphertext);
  if (json[SIGNATURE_KEY] === SECRET_SIGNATURE) return typeof json.ciphertext === "string";
  return Object.values(json).some(hasCiphertext);
}

/** Within a secret everything is encrypted already: inner secrets keep their mark and stay plain. */
const sealInClear: SecretSealer = (_secret, plaintextJson) => plaintextJson();
const openInClear: SecretOpener = { open: (plaintext) => plaintext };

function decodeSecret(json: { [key: string]: Json }, open: SecretOpener): Secret {
  if (typeof json.plaintext === "string") return new Secret(decodePlaintext(json.plaintext));
  if (typeof json.ciphertext !== "string") {
    throw new EngineError("the state holds a secret without its ciphertext: it is damaged", undefined, 1);
  }
  const value = decodePlaintext(open.open(json.ciphertext));
  // An inner secret's "ciphertext" is its plain text: it must not be taken for one later.
  if (open === openInClear) return new Secret(value);
  const secret = new Secret(value, json.ciphertext);
  open.opened?.(secret);
  return secret;
}

function decodePlaintext(text: string): PropertyValue {
  return decodeProperty(JSON.parse(text) as Json, openInClear);
}

/** An empty text is left out of the state. */
function decodeAsset(json: { [key: string]: Json }): Asset {
  const content: Asset["content"] = pick(json, "text", "path", "uri");
  const hash = textOf(json.hash);
  if (hash === EMPTY_HASH && content.path === undefined && content.uri === undefined) content.text ??= "";
  return new Asset(content, hash);
}

function decodeArchive(json: { [key: string]: Json }, open: SecretOpener): Archive {
  const content: Archive["content"] = pick(json, "path", "uri");
  if (json.assets !== undefined && json.assets !== null) {
    content.assets = decodeProperties(json.assets as { [key: string]: Json }, open) as Record<string, Asset | Archive>;
  }
  return new Archive(content, textOf(json.hash));
}

function encodeMarked(value: Asset | Archive | ResourceReference): Json {
  if (value instanceof ResourceReference) {
    return {
      [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
      urn: value.urn,
      packageVersion: value.packageVersion ?? "",
      ...(value.id !== undefined && { id: value.id }),
    };
  }
  const json: { [key: string]: Json } = {
    [SIGNATURE_KEY]: value instanceof Asset ? ASSET_SIGNATURE : ARCHIVE_SIGNATURE,
  };
  if (value.hash) json.hash = value.hash;
  for (const [key, part] of Object.entries(value.content)) {
    if (part === undefined || part === "") continue;
    if (typeof part === "string") json[key] = part;
    else json[key] = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, encodeMarked(inner)]));
  }
  return json;
}

function nonFinite(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return `{"${SIGNATURE_KEY}":"${FLOAT_SIGNATURE}","value":"${bytes.toString("hex")}"}`;
}

function pick(json: { [key: string]: Json }, ...keys: string[]): { [key: string]: string } {
  return Object.fromEntries(keys.flatMap((key) => (typeof json[key] === "string" ? [[key, json[key]]] : [])));
}

const textOf = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
