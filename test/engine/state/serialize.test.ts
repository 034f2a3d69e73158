import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { EngineError } from "../../../engine/errors.js";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";
import { decodeCheckpoint, encodeSnapshot, exportDeployment } from "../../../engine/state/serialize.js";
import type { ResourceState, Snapshot } from "../../../engine/state/types.js";
import { verifySnapshot } from "../../../engine/state/verify.js";
import {
  Archive,
  Asset,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
  UNKNOWN,
} from "../../../engine/values.js";

const STACK = "organization/fleet/dev";
const recording = (name: string): string => readFileSync(new URL(`./recordings/${name}.json`, import.meta.url), "utf8");

/** Text without what changes from write to write. */
const comparable = (text: string): unknown => {
  const root = JSON.parse(text);
  (root.deployment ?? root.checkpoint.latest).manifest = {};
  return root;
};
const opened = new Map<string, PassphraseSecrets>();
const open = async (salt: string): Promise<(ciphertext: string) => string> => {
  const secrets = opened.get(salt) ?? (await PassphraseSecrets.open(salt, "x"));
  opened.set(salt, secrets);
  return (ciphertext) => secrets.decrypt(ciphertext);
};

let secrets: PassphraseSecrets;
beforeAll(async () => {
  secrets = await PassphraseSecrets.create("x");
  opened.set(secrets.saltLine, secrets);
});

function resource(name: string, more: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: `urn:pulumi:dev::fleet::t:m:R::${name}`,
    custom: true,
    type: "t:m:R",
    id: name,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    ...more,
  };
}
const snapshotOf = (...resources: ResourceState[]): Snapshot => ({
  resources,
  pendingOperations: [],
  salt: secrets.saltLine,
});
const resourcesOf = (text: string): Record<string, unknown>[] => JSON.parse(text).checkpoint.latest.resources;

describe("a checkpoint of the real engine", () => {
  it.each(["docker", "libvirt", "random-tls-command"])("is read and rewritten byte for byte: %s", async (name) => {
    const snapshot = await decodeCheckpoint(recording(name), open);
    expect(snapshot.resources.length).toBeGreaterThan(4);
    expect(verifySnapshot(snapshot)).toEqual([]);
    // No encrypter: nothing may be encrypted anew.
    const text = exportDeployment(snapshot);
    // JSON.parse would reorder number-like keys, so the order is compared on the text itself, without white space.
    const original = recording(name).replace(/\n\s*/g, "").replace(/": /g, '":');
    const manifest = /"manifest":\{[^}]*\}/;
    expect(text.replace(manifest, "")).toBe(original.replace(manifest, ""));
  });

  it("gives its secrets in clear to the engine only", async () => {
    const { resources } = await decodeCheckpoint(recording("random-tls-command"), open);
    const key = resources.find(({ type }) => type === "tls:index/privateKey:PrivateKey")!;
    expect(key.outputs.privateKeyPem).toBeInstanceOf(Secret);
    expect((key.outputs.privateKeyPem as Secret).value).toMatch(/^-----BEGIN/);
    expect(JSON.stringify(resources)).not.toContain("-----BEGIN EC PRIVATE");
  });

  it("asks for no passphrase if nothing is encrypted", async () => {
    const text = encodeSnapshot(
      snapshotOf(resource("a", { inputs: { note: "1b47061264138c4ac30d75fd1eb44270" } })),
      undefined,
      STACK,
    );
    const snapshot = await decodeCheckpoint(text, () => Promise.reject(new Error("asked")));
    expect(snapshot.salt).toBe(secrets.saltLine);
    expect(snapshot.resources[0]!.inputs).toEqual({ note: "1b47061264138c4ac30d75fd1eb44270" });
  });
});

describe("writing a checkpoint", () => {
  it("has the file form with manifest, salt and qualified stack name", () => {
    const root = JSON.parse(encodeSnapshot({ ...snapshotOf(), metadata: {} }, undefined, STACK));
    const { manifest } = root.checkpoint.latest;
    expect(manifest.magic).toBe(createHash("sha256").update(manifest.version).digest("hex"));
    expect(manifest.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(manifest.version).toMatch(/^v\d+\.\d+\.\d+/);
    expect(root).toEqual({
      version: 3,
      checkpoint: {
        stack: STACK,
        latest: {
          manifest,
          secrets_providers: { type: "passphrase", state: { salt: secrets.saltLine } },
          metadata: {},
        },
      },
    });
  });

  it("orders fields as Go does and leaves out what is empty", () => {
    const everything: ResourceState = {
      replacementTrigger: "v2",
      replaceOnChanges: ["a"],
      hideDiff: ["b"],
      ignoreChanges: ["c"],
      stackTrace: [{ sourcePosition: "project:///index.ts#1,2" }, {}],
      sourcePosition: "project:///index.ts#1,2",
      modified: "2026-01-02T03:04:05.6Z",
      created: "2026-01-02T03:04:05Z",
      deletedWith: "urn:d",
      retainOnDelete: true,
      importID: "i",
      customTimeouts: { read: 1, create: 0.5 },
      aliases: ["urn:a"],
      additionalSecretOutputs: ["s"],
      pendingReplacement: true,
      propertyDependencies: { z: ["urn:p"], a: [] },
      provider: "urn:p::1",
      initErrors: ["late"],
      dependencies: ["urn:x"],
      external: true,
      protect: true,
      parent: "urn:p",
      outputs: { "10": 1, "2": 1 },
      inputs: { b: null, a: [] },
      type: "t:m:R",
      id: "id",
      delete: true,
      custom: true,
      urn: "urn:r",
    };
    const text = encodeSnapshot(snapshotOf(everything, resource("b", { custom: false, id: "" })), undefined, STACK);
    expect(text).toContain(
      '[{"urn":"urn:r","custom":true,"delete":true,"id":"id","type":"t:m:R","inputs":{"a":[],"b":null},"outputs":{"10":1,"2":1},' +
        '"parent":"urn:p","protect":true,"external":true,"dependencies":["urn:x"],"initErrors":["late"],"provider":"urn:p::1",' +
        '"propertyDependencies":{"a":[],"z":["urn:p"]},"pendingReplacement":true,"additionalSecretOutputs":["s"],"aliases":["urn:a"],' +
        '"customTimeouts":{"create":0.5,"read":1},"importID":"i","retainOnDelete":true,"deletedWith":"urn:d",' +
        '"created":"2026-01-02T03:04:05Z","modified":"2026-01-02T03:04:05.6Z","sourcePosition":"project:///index.ts#1,2",' +
        '"stackTrace":[{"sourcePosition":"project:///index.ts#1,2"},{}],"ignoreChanges":["c"],"hideDiff":["b"],' +
        '"replaceOnChanges":["a"],"replacementTrigger":"v2"},' +
        '{"urn":"urn:pulumi:dev::fleet::t:m:R::b","custom":false,"type":"t:m:R"}]',
    );
  });

  it("encrypts the JSON of a secret, inner secrets once, and keeps the ciphertext from then on", async () => {
    const secret = new Secret({ user: "u", password: new Secret("p\u2028ß") });
    const snapshot = snapshotOf(resource("a", { inputs: { secret } }));
    const first = encodeSnapshot(snapshot, secrets, STACK);
    expect(first).not.toContain("ß");
    const { ciphertext } = (resourcesOf(first)[0]!.inputs as { secret: { ciphertext: string } }).secret;
    expect(secret.ciphertext).toBe(ciphertext);
    const inner = JSON.parse(secrets.decrypt(ciphertext));
    expect(JSON.parse(inner.password.ciphertext)).toBe("p\u2028ß");

    const read = await decodeCheckpoint(first, open);
    const back = read.resources[0]!.inputs.secret as Secret;
    expect(back).toEqual(secret);
    // The inner secret's plain text must not pass for a ciphertext if it is stored on its own later.
    const password = (back.value as { password: Secret }).password;
    expect(password.ciphertext).toBeUndefined();
    const alone = encodeSnapshot(snapshotOf(resource("b", { inputs: { password } })), secrets, STACK);
    expect(alone).not.toContain("ß");
    expect(comparable(encodeSnapshot(read, undefined, STACK))).toEqual(comparable(first));
  });

  it("encrypts a secret of another stack's state anew", async () => {
    const other = await decodeCheckpoint(recording("docker"), open);
    const secret = other.resources
      .flatMap(({ inputs }) => Object.values(inputs))
      .find((value) => value instanceof Secret)!;
    const foreign = secret.ciphertext;
    const text = encodeSnapshot(snapshotOf(resource("a", { inputs: { secret } })), secrets, STACK);
    expect(text).not.toContain(foreign);
    const [read] = (await decodeCheckpoint(text, open)).resources;
    expect((read!.inputs.secret as Secret).value).toEqual(secret.value);
  });

  it("never writes a secret without a secrets manager", () => {
    const snapshot = snapshotOf(resource("a", { inputs: { secret: new Secret("hush") } }));
    expect(() => encodeSnapshot(snapshot, undefined, STACK)).toThrow("secrets manager");
  });

  it("writes output values as their value", () => {
    const inputs = {
      plain: new OutputValue("v", false, ["urn:d"]),
      unknown: new OutputValue(undefined, false, []),
      hidden: new OutputValue("hush", true, []),
      computed: UNKNOWN,
    };
    const text = encodeSnapshot(snapshotOf(resource("a", { inputs })), secrets, STACK);
    const written = resourcesOf(text)[0]!.inputs as Record<string, { ciphertext: string }>;
    expect(written.plain).toBe("v");
    expect(written.unknown).toBe("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(written.computed).toBe("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(secrets.decrypt(written.hidden!.ciphertext)).toBe('"hush"');
  });

  it("brings back assets, archives, references and odd numbers", async () => {
    const inputs = {
      asset: new Asset({ text: "hello" }, "ab12"),
      archive: new Archive(
        { assets: { "a/b": new Asset({ path: "x" }, "cd"), inner: new Archive({ path: "y" }, "ef") } },
        "01",
      ),
      remote: new Archive({ uri: "https://example.com/a.zip" }),
      reference: new ResourceReference("urn:r", "id", "1.0.0"),
      component: new ResourceReference("urn:c", undefined, ""),
      infinite: Number.POSITIVE_INFINITY,
      nan: Number.NaN,
      tiny: 1e-7,
      big: 1e21,
    };
    const text = encodeSnapshot(snapshotOf(resource("a", { inputs })), undefined, STACK);
    const [read] = (await decodeCheckpoint(text, open)).resources;
    expect(read!.inputs).toEqual(inputs);
  });

  it("brings back any property map", async () => {
    const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.string({ unit: "binary" }),
        fc.double({ noDefaultInfinity: true, noNaN: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value")),
        fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { noNullPrototype: true }),
        tie("value").map((inner) => new Secret(inner)),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (property) => {
        const text = encodeSnapshot(snapshotOf(resource("a", { inputs: { property } })), secrets, STACK);
        const again = await decodeCheckpoint(text, open);
        expect(again.resources[0]!.inputs.property).toEqual(withoutInnerCiphertext(property));
        expect(comparable(encodeSnapshot(again, undefined, STACK))).toEqual(comparable(text));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps what a newer engine wrote and this one does not interpret", async () => {
    const text = exportDeployment(snapshotOf(resource("a")));
    const root = JSON.parse(text);
    Object.assign(root.deployment.resources[0], { refreshBeforeUpdate: true, somethingNew: { deep: [1] } });
    root.deployment.futureField = { kept: true };
    root.version = 4;
    root.features = ["refreshBeforeUpdate"];
    const snapshot = await decodeCheckpoint(JSON.stringify(root), open);
    expect(comparable(exportDeployment(snapshot))).toEqual(comparable(JSON.stringify(root)));
  });

  it("raises the version to 4 if, and only if, some resource needs it", async () => {
    const version = (snapshot: Snapshot): unknown[] => {
      const root = JSON.parse(encodeSnapshot(snapshot, undefined, STACK));
      return [root.version, root.features];
    };
    const plain = resource("a");
    expect(version(snapshotOf(plain))).toEqual([3, undefined]);
    expect(version(snapshotOf(plain, resource("b", { taint: true })))).toEqual([4, ["taint"]]);
    const pending = resource("c", { replaceWith: [plain.urn] });
    const snapshot = { ...snapshotOf(plain), pendingOperations: [{ resource: pending, type: "creating" as const }] };
    expect(version(snapshot)).toEqual([4, ["replaceWith"]]);
    const read = await decodeCheckpoint(encodeSnapshot(snapshot, undefined, STACK), open);
    expect(read.pendingOperations).toEqual(snapshot.pendingOperations);
  });

  it("encodes a resource once: what did not change costs little", () => {
    let reads = 0;
    const outputs: ResourceState["outputs"] = { deep: ["x"] };
    Object.defineProperty(outputs, "counted", { enumerable: true, get: () => `read ${reads++} times` });
    const snapshot = snapshotOf(...Array.from({ length: 100 }, (_, index) => resource(`r${index}`, { outputs })));
    encodeSnapshot(snapshot, undefined, STACK);
    const once = reads / 100;
    expect(once).toBeGreaterThan(0);
    for (let step = 0; step < 10; step++) {
      snapshot.resources[step] = { ...snapshot.resources[step]!, modified: `2026-01-01T00:00:0${step}Z` };
      encodeSnapshot(snapshot, undefined, STACK);
    }
    expect(reads).toBe(110 * once);
    expect(encodeSnapshot(snapshot, undefined, STACK)).toContain("2026-01-01T00:00:09Z");
  });
});

describe("a checkpoint that cannot be used", () => {
  const source = { path: "/s/dev.json", previous: "/s/dev.json.bak", backups: "/b" };
  const refusal = async (text: string): Promise<EngineError> => {
    const error = await decodeCheckpoint(text, open, source).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toContain("/s/dev.json");
    return error;
  };

  it("is named with its .bak and backups when it is damaged", async () => {
    const whole = encodeSnapshot(snapshotOf(resource("a", { inputs: { token: "hunter2" } })), undefined, STACK);
    for (const text of ["", whole.slice(0, -20), `${whole}}`, "[]", "{}", '{"version":3}', "\u0000".repeat(64)]) {
      const error = await refusal(text);
      expect(error.message).toContain("damaged");
      expect(error.message).not.toContain("hunter2");
      expect(error.fix).toContain("/s/dev.json.bak");
      expect(error.fix).toContain("/b");
      expect(error.exitCode).toBe(1);
    }
  });

  it("is refused when it is older or newer than what this engine knows", async () => {
    expect((await refusal('{"version":1,"checkpoint":{}}')).message).toContain("old format 1");
    expect((await refusal('{"version":5,"checkpoint":{}}')).message).toContain("format 5");
    expect((await refusal('{"version":4,"features":["taint","views"],"deployment":{}}')).message).toMatch(
      /know: views$/,
    );
    const cloud = '{"version":3,"deployment":{"secrets_providers":{"type":"cloud","state":{}}}}';
    expect((await refusal(cloud)).message).toContain('"cloud"');
  });

  it("is refused when it holds secrets but no salt, or a damaged one", async () => {
    const root = JSON.parse(recording("docker"));
    delete root.deployment.secrets_providers;
    expect((await refusal(JSON.stringify(root))).message).toContain("does not say how they are encrypted");
    const broken = recording("docker").replace(/"ciphertext": "v1:..../, '"ciphertext": "v1:AAAA');
    expect((await refusal(broken)).message).toContain("cannot be decrypted");
  });
});

function withoutInnerCiphertext(value: PropertyValue, inside = false): PropertyValue {
  if (value instanceof Secret)
    return new Secret(withoutInnerCiphertext(value.value, true), inside ? undefined : value.ciphertext);
  if (Array.isArray(value)) return value.map((element) => withoutInnerCiphertext(element, inside));
  if (value === null || typeof value !== "object") return value;
  const copy = Object.entries(value).map(([key, member]) => [
    key,
    withoutInnerCiphertext(member as PropertyValue, inside),
  ]);
  return Object.fromEntries(copy);
}
