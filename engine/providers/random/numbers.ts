import { randomBytes, randomUUID } from "node:crypto";
import { ProviderError } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import type { LocalResource } from "../shared/local-provider.js";
import { type RandomSource, secureSource, seededSource, shuffled } from "./source.js";

const keepers = { type: "map" } as const;

/** The prefix stands before every form, and not in the id. */
function idOutputs(bytes: Buffer, prefix: string): PropertyMap {
  return {
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
    hex: prefix + bytes.toString("hex"),
    dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
  };
}

export const randomIdResource: LocalResource = {
  fields: { byteLength: { type: "integer", required: true, min: 1 }, keepers, prefix: { type: "string" } },
  generated: ["b64Std", "b64Url", "dec", "hex"],
  async create(inputs) {
    const bytes = randomBytes(Number(inputs.byteLength));
    return { id: bytes.toString("base64url"), outputs: idOutputs(bytes, String(inputs.prefix ?? "")) };
  },
  /** `[<prefix>,]<b64Url>` */
  async import(given) {
    const comma = given.lastIndexOf(",");
    const prefix = comma < 0 ? "" : given.slice(0, comma);
    const id = given.slice(comma + 1);
    const bytes = Buffer.from(id, "base64url");
    if (bytes.length === 0 || bytes.toString("base64url") !== id) {
      throw new ProviderError("a RandomId is imported by its b64Url form", "give it as [<prefix>,]<b64Url>");
    }
    const outputs = { ...idOutputs(bytes, prefix), byteLength: bytes.length };
    return { id, outputs: prefix === "" ? outputs : { ...outputs, prefix } };
  },
};

/** The vendor's plugin takes the secret bytes for the id, in clear. Ours says "none", as RandomPassword's does. */
export const randomBytesResource: LocalResource = {
  fields: { length: { type: "integer", required: true, min: 1 }, keepers },
  generated: ["base64", "hex"],
  secrets: ["base64", "hex"],
  async create(inputs) {
    const bytes = randomBytes(Number(inputs.length));
    return { id: "none", outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
  },
  async import(id) {
    const bytes = Buffer.from(id, "base64");
    if (bytes.length === 0 || bytes.toString("base64") !== id) {
      throw new ProviderError("RandomBytes are imported by their base64 form");
    }
    return { id: "none", outputs: { base64: id, hex: bytes.toString("hex"), length: bytes.length } };
  },
};

const sourceFor = (inputs: PropertyMap): RandomSource =>
  typeof inputs.seed === "string" && inputs.seed !== "" ? seededSource(inputs.seed) : secureSource;

/** Both ends are included. */
export const randomIntegerResource: LocalResource = {
  fields: {
    keepers,
    max: { type: "integer", required: true },
    min: { type: "integer", required: true },
    seed: { type: "string" },
  },
  generated: ["result"],
  validate({ min, max }) {
    if (typeof min !== "number" || typeof max !== "number" || min <= max) return [];
    return [{ property: "min", reason: `must not be greater than max (${max}), but is ${min}` }];
  },
  async create(inputs) {
    const min = BigInt(Number(inputs.min));
    const result = Number(min + sourceFor(inputs).below(BigInt(Number(inputs.max)) - min + 1n));
    return { id: String(result), outputs: { result } };
  },
  /** `<result>,<min>,<max>[,<seed>]` */
  async import(given) {
    const [result, min, max, ...seed] = given.split(",");
    const numbers = [result, min, max].map((part) => (part?.trim() ? Number(part) : Number.NaN));
    if (!numbers.every(Number.isSafeInteger)) {
      throw new ProviderError("a RandomInteger is imported as <result>,<min>,<max>[,<seed>]");
    }
    const outputs: PropertyMap = { result: numbers[0]!, min: numbers[1]!, max: numbers[2]! };
    if (seed.length > 0) outputs.seed = seed.join(",");
    return { id: String(numbers[0]), outputs };
  },
};

/** Starts over with a new permutation when more results are asked for than there are inputs. */
export const randomShuffleResource: LocalResource = {
  fields: {
    inputs: { type: "strings", required: true },
    keepers,
    resultCount: { type: "integer", min: 0 },
    seed: { type: "string" },
  },
  generated: ["results"],
  async create(inputs) {
    const items = inputs.inputs as string[] | undefined;
    const count = items?.length ? Number(inputs.resultCount ?? items.length) : 0;
    const source = sourceFor(inputs);
    const results: string[] = [];
    while (results.length < count) results.push(...shuffled(source, items ?? []));
    return { id: "-", outputs: { results: results.slice(0, count) } };
  },
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function uuidResource(generate: () => string, version?: string): LocalResource {
  return {
    fields: { keepers },
    generated: ["result"],
    async create() {
      const result = generate();
      return { id: result, outputs: { result } };
    },
    async import(id) {
      if (!UUID.test(id) || (version !== undefined && id[14] !== version)) {
        throw new ProviderError(`the id to import is not a UUID${version ? ` of version ${version}` : ""}: ${id}`);
      }
      const result = id.toLowerCase();
      return { id: result, outputs: { result } };
    },
  };
}

/** RFC 9562: 48 bits of milliseconds since 1970, then random bits. */
function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const randomUuidResource = uuidResource(randomUUID);
export const randomUuid4Resource = uuidResource(randomUUID, "4");
export const randomUuid7Resource = uuidResource(uuid7, "7");
