import bcrypt from "bcryptjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomProvider } from "../../../../engine/providers/random/index.js";
import { seededSource, shuffled } from "../../../../engine/providers/random/source.js";
import { type PropertyMap, Secret, UNKNOWN } from "../../../../engine/values.js";
import { drive, secretText } from "../drive.js";
import { recorded } from "../recorded.js";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const STRING = "random:index/randomString:RandomString";
const ID = "random:index/randomId:RandomId";
const BYTES = "random:index/randomBytes:RandomBytes";
const PET = "random:index/randomPet:RandomPet";
const INTEGER = "random:index/randomInteger:RandomInteger";
const SHUFFLE = "random:index/randomShuffle:RandomShuffle";
const UUID = "random:index/randomUuid:RandomUuid";

const on = (type: string) => drive(randomProvider(), type);
const count = (text: string, kind: RegExp) => text.match(kind)?.length ?? 0;

describe("RandomPassword and RandomString", () => {
  const flags = fc.record({
    lower: fc.boolean(),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: fc.nat(4),
    minUpper: fc.nat(4),
    minNumeric: fc.nat(4),
    minSpecial: fc.nat(4),
  });

  it("keep length, minima and allowed kinds, whatever is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(flags, fc.integer({ min: 1, max: 40 }), async (options, spare) => {
        const { minLower, minUpper, minNumeric, minSpecial } = options;
        const length = minLower + minUpper + minNumeric + minSpecial + spare;
        const inputs = { ...options, length };
        const { failures } = await on(STRING).check(inputs);
        if (!(options.lower || options.upper || options.numeric || options.special)) {
          expect(failures[0]?.reason).toContain("at least one of lower");
          return;
        }
        expect(failures).toEqual([]);
        const { id, outputs } = await on(STRING).create(inputs);
        const result = String(outputs.result);
        expect(result).toHaveLength(length);
        expect(id).toBe(result);
        const found = {
          lower: count(result, /[a-z]/g),
          upper: count(result, /[A-Z]/g),
          numeric: count(result, /\d/g),
          special: count(result, /[^A-Za-z0-9]/g),
        };
        const minima = { lower: minLower, upper: minUpper, numeric: minNumeric, special: minSpecial };
        for (const kind of ["lower", "upper", "numeric", "special"] as const) {
          expect(found[kind]).toBeGreaterThanOrEqual(minima[kind]);
          if (!options[kind]) expect(found[kind]).toBe(minima[kind]);
        }
      }),
    );
  });

  it("a password is secret, says nothing in its id, and its hash verifies", async () => {
    const { id, outputs } = await on(PASSWORD).create({ length: 24, overrideSpecial: "_" });
    const result = secretText(outputs.result);
    expect(id).toBe("none");
    expect(result).toMatch(/^[A-Za-z0-9_]{24}$/);
    expect(secretText(outputs.bcryptHash)).toMatch(/^\$2a\$10\$/);
    expect(await bcrypt.compare(result, secretText(outputs.bcryptHash))).toBe(true);
    const { outputs: theirs } = recorded(PASSWORD);
    const recordedKeys = Object.keys(theirs).filter((key) => !key.startsWith("__"));
    expect(Object.keys(outputs).sort()).toEqual([...recordedKeys, "overrideSpecial"].sort());
  });

  it("take `number` for `numeric`", async () => {
    const old = await on(STRING).create({ length: 8, number: false });
    expect(String(old.outputs.result)).not.toMatch(/\d/);
    expect(old.outputs).toMatchObject({ number: false, numeric: false });
    expect(await on(STRING).diff(old, { length: 8, numeric: false })).toEqual({ changes: "none" });
  });

  it("are imported by their value", async () => {
    const read = await on(PASSWORD).read("hunter2!");
    expect(read.id).toBe("none");
    expect(secretText(read.outputs.result)).toBe("hunter2!");
    expect(read.inputs).toEqual({ length: 8 });
    expect(await on(PASSWORD).diff({ ...read, inputs: read.inputs! }, { length: 8 })).toEqual({ changes: "none" });
  });

  it.each([
    [{}, "length", "is required and missing"],
    [{ length: 0 }, "length", "must be at least 1, but is 0"],
    [{ length: 3, minLower: 2, minUpper: 2 }, "length", "must be at least 4, the sum of"],
    [{ length: "long" }, "length", "must be a whole number, but is a string"],
    [{ length: 8, minLower: -1 }, "minLower", "must be at least 0"],
    [{ length: 8, speciall: true }, "speciall", "did you mean special?"],
    [{ length: 8, keepers: { a: { b: 1 } } }, "keepers.a", "must be a string, but is an object"],
    [{ length: 8, keepers: [] }, "keepers", "must be a map of strings, but is a list"],
  ])("refuse %j at %s", async (news, property, reason) => {
    const { failures } = await on(PASSWORD).check(news);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ property, reason: expect.stringContaining(reason) });
  });
});

describe("the other types", () => {
  it("RandomId: all forms are of the same bytes, prefix before each", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.constantFrom("", "web-"), async (byteLength, prefix) => {
        const { id, outputs } = await on(ID).create(prefix ? { byteLength, prefix } : { byteLength });
        const bytes = Buffer.from(id, "base64url");
        expect(bytes).toHaveLength(byteLength);
        expect(outputs).toMatchObject({
          b64Std: prefix + bytes.toString("base64"),
          b64Url: prefix + id,
          hex: prefix + bytes.toString("hex"),
          dec: prefix + BigInt(`0x${bytes.toString("hex")}`),
        });
        const read = await on(ID).read(prefix ? `${prefix},${id}` : id);
        expect(read).toMatchObject({ id, outputs: { hex: outputs.hex, byteLength } });
      }),
    );
  });

  it("RandomId: its forms as the vendor recorded them", async () => {
    const { id, outputs } = recorded(ID);
    const read = await on(ID).read(id);
    const { __pulumi_raw_state_delta: _, ...known } = outputs;
    expect(read.outputs).toEqual(known);
  });

  it("RandomBytes are secret, and not in the id", async () => {
    const { id, outputs } = await on(BYTES).create({ length: 16 });
    expect(id).toBe("none");
    expect(Buffer.from(secretText(outputs.base64), "base64").toString("hex")).toBe(secretText(outputs.hex));
    expect(secretText(outputs.hex)).toHaveLength(32);
  });

  it("RandomPet has as many words as asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), async (length) => {
        const { id, outputs } = await on(PET).create({ length, separator: "_", prefix: "p" });
        expect(id).toMatch(new RegExp(`^p(_[a-z]+){${length}}$`));
        expect(outputs).toEqual({ id, length, separator: "_", prefix: "p" });
      }),
    );
    const plain = await on(PET).create({});
    expect(plain.outputs).toEqual({ id: plain.id, length: 2, separator: "-" });
  });

  it("RandomInteger stays within its ends, and a seed repeats", async () => {
    const integer = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    await fc.assert(
      fc.asyncProperty(integer, integer, fc.string({ minLength: 1 }), async (a, b, seed) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const first = await on(INTEGER).create({ min, max, seed });
        const second = await on(INTEGER).create({ min, max, seed });
        expect(first.outputs.result).toBe(second.outputs.result);
        expect(Number(first.outputs.result)).toBeGreaterThanOrEqual(min);
        expect(Number(first.outputs.result)).toBeLessThanOrEqual(max);
        expect(first.id).toBe(String(first.outputs.result));
      }),
    );
    expect((await on(INTEGER).create({ min: 5, max: 5 })).outputs.result).toBe(5);
    expect((await on(INTEGER).check({ min: 6, max: 5 })).failures).toHaveLength(1);
    expect((await on(INTEGER).read("3,1,9")).outputs).toMatchObject({ result: 3, min: 1, max: 9 });
  });

  it("RandomInteger reaches every number", async () => {
    const seen = new Set<unknown>();
    for (let round = 0; round < 400; round++) seen.add((await on(INTEGER).create({ min: 1, max: 6 })).outputs.result);
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("RandomShuffle permutes, cuts and starts over", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 8 }), fc.option(fc.nat(20)), async (inputs, wanted) => {
        const news: PropertyMap = wanted === null ? { inputs } : { inputs, resultCount: wanted };
        const { id, outputs } = await on(SHUFFLE).create(news);
        const results = outputs.results as string[];
        expect(id).toBe("-");
        expect(results).toHaveLength(inputs.length === 0 ? 0 : (wanted ?? inputs.length));
        for (let start = 0; start + inputs.length <= results.length && inputs.length > 0; start += inputs.length) {
          expect(results.slice(start, start + inputs.length).sort()).toEqual([...inputs].sort());
        }
      }),
    );
    expect(shuffled(seededSource("s"), [1, 2, 3, 4, 5])).toEqual(shuffled(seededSource("s"), [1, 2, 3, 4, 5]));
  });

  it.each([
    ["random:index/randomUuid:RandomUuid", /^.{14}4.{4}[89ab]/],
    ["random:index/randomUuid4:RandomUuid4", /^.{14}4.{4}[89ab]/],
    ["random:index/randomUuid7:RandomUuid7", /^.{14}7.{4}[89ab]/],
  ])("%s", async (type, shape) => {
    const { id, outputs } = await on(type).create({});
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(id).toMatch(shape);
    expect(outputs.result).toBe(id);
    expect((await on(type).read(id)).id).toBe(id);
    await expect(on(type).read("nonsense")).rejects.toThrow("not a UUID");
  });

  it("UUIDs of version 7 begin with the time", async () => {
    const before = Date.now();
    const { id } = await on("random:index/randomUuid7:RandomUuid7").create({});
    const time = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });
});

describe("life cycle", () => {
  it.each([PET, PASSWORD, ID])("%s: what the vendor's plugin wrote shows no difference", async (type) => {
    const old = recorded(type);
    expect(await on(type).diff(old, old.inputs)).toEqual({ changes: "none" });
    const read = await on(type).read(old.id, old.inputs, old.outputs);
    expect(read).toEqual({ id: old.id, outputs: old.outputs });
  });

  it("no difference either with __defaults in the inputs, or with a default written out", async () => {
    const old = recorded(PET);
    const inputs = { ...old.inputs, __defaults: ["separator"], separator: "-" };
    expect(await on(PET).diff({ ...old, inputs }, { length: 2 })).toEqual({ changes: "none" });
    expect(await on(PET).diff(old, { length: 2, separator: "-" })).toEqual({ changes: "none" });
    expect(await on(PET).diff(old, {})).toEqual({ changes: "none" });
  });

  it("every changed input replaces", async () => {
    const old = await on(PASSWORD).create({ length: 12, keepers: { epoch: "1" } });
    expect(await on(PASSWORD).diff(old, { length: 12, keepers: { epoch: "2" }, special: false })).toEqual({
      changes: "some",
      diffs: ["keepers", "special"],
      replaces: ["keepers", "special"],
      detailedDiff: {
        "keepers.epoch": { kind: "update-replace", inputDiff: false },
        special: { kind: "update-replace", inputDiff: false },
      },
    });
    expect((await on(PASSWORD).diff(old, { length: 12 })).replaces).toEqual(["keepers"]);
    expect(await on(PASSWORD).diff(old, { length: 12 }, ["keepers"])).toEqual({ changes: "none" });
    expect((await on(PASSWORD).diff(old, { length: UNKNOWN, keepers: { epoch: "1" } })).replaces).toEqual(["length"]);
  });

  it("keepers of numbers and booleans are the same as their text", async () => {
    const old = await on(UUID).create({ keepers: { a: "1", b: "true" } });
    expect(await on(UUID).diff(old, { keepers: { a: 1, b: true } })).toEqual({ changes: "none" });
  });

  it("a preview knows the inputs, not what will be generated", async () => {
    const { id, outputs } = await on(PASSWORD).preview({ length: 12 });
    expect(id).toBe("");
    expect(outputs).toMatchObject({ result: UNKNOWN, bcryptHash: UNKNOWN, id: UNKNOWN, length: 12, special: true });
  });

  it("an update keeps what was generated", async () => {
    const old = await on(PASSWORD).create({ length: 12 });
    const outputs = await on(PASSWORD).update(old, { length: 12 });
    expect(outputs).toEqual(old.outputs);
    expect(outputs.result).toBeInstanceOf(Secret);
  });

  it("an unknown type is a clear error", async () => {
    await expect(on("random:index/randomColour:RandomColour").check({})).rejects.toThrow(
      /no resource type.*known are/s,
    );
  });
});
