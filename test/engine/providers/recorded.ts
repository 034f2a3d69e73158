import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { type PropertyMap, type PropertyValue, Secret } from "../../../engine/values.js";

/** What the real engine and the real plugins wrote, with the secrets decrypted (passphrase "x"). */
export interface RecordedResource {
  urn: string;
  type: string;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
}

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The resource of a type in the recording of random, tls and command. */
export function recorded(type: string): RecordedResource {
  const resource = resources().find((candidate) => candidate.type === type);
  if (!resource) throw new Error(`nothing recorded of type ${type}`);
  return resource;
}

let cache: RecordedResource[] | undefined;
function resources(): RecordedResource[] {
  if (cache) return cache;
  const file = new URL("./recordings/random-tls-command.json", import.meta.url);
  const { deployment } = JSON.parse(readFileSync(file, "utf8"));
  const [, salt] = deployment.secrets_providers.state.salt.split(":");
  const key = pbkdf2Sync("x", Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
  cache = deployment.resources.map((resource: RecordedResource) => ({
    ...resource,
    inputs: decrypt(resource.inputs ?? {}, key),
    outputs: decrypt(resource.outputs ?? {}, key),
  }));
  return cache!;
}

function decrypt(value: unknown, key: Buffer): PropertyValue {
  if (Array.isArray(value)) return value.map((item) => decrypt(item, key));
  if (typeof value !== "object" || value === null) return value as PropertyValue;
  const map = value as Record<string, unknown>;
  if (map[SECRET_SIGNATURE] === undefined) {
    return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, decrypt(item, key)]));
  }
  const [, nonce, sealed] = String(map.ciphertext).split(":");
  const bytes = Buffer.from(sealed!, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce!, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
  return new Secret(JSON.parse(text) as PropertyValue);
}
