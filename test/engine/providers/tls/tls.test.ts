import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tlsProvider } from "../../../../engine/providers/tls/index.js";
import { parsePrivateKey, publicKeyOutputs } from "../../../../engine/providers/tls/keys.js";
import { opensshPrivateKey } from "../../../../engine/providers/tls/openssh.js";
import { type PropertyMap, Secret, UNKNOWN } from "../../../../engine/values.js";
import { drive, secretText } from "../drive.js";
import { recorded } from "../recorded.js";

const KEY = "tls:index/privateKey:PrivateKey";
const SELF = "tls:index/selfSignedCert:SelfSignedCert";
const REQUEST = "tls:index/certRequest:CertRequest";
const LOCAL = "tls:index/locallySignedCert:LocallySignedCert";
const on = (type: string) => drive(tlsProvider(), type);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tls-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: "utf8" });

const kinds: [string, PropertyMap][] = [
  ["RSA", { algorithm: "RSA", rsaBits: 2048 }],
  ["ED25519", { algorithm: "ED25519" }],
  ["P224", { algorithm: "ECDSA" }],
  ["P256", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
  ["P384", { algorithm: "ECDSA", ecdsaCurve: "P384" }],
  ["P521", { algorithm: "ECDSA", ecdsaCurve: "P521" }],
];
const plainKey = async (inputs: PropertyMap) => secretText((await on(KEY).create(inputs)).outputs.privateKeyPem);

describe("PrivateKey", () => {
  it.each(kinds)("%s: OpenSSL and OpenSSH read every form and agree on it", async (name, inputs) => {
    const { id, outputs } = await on(KEY).create(inputs);
    const pem = file(secretText(outputs.privateKeyPem));
    const pkcs8 = file(secretText(outputs.privateKeyPemPkcs8));
    for (const path of [pem, pkcs8]) expect(run("openssl", "pkey", "-in", path, "-pubout")).toBe(outputs.publicKeyPem);
    const labels: Record<string, string> = { RSA: "RSA PRIVATE KEY", ED25519: "PRIVATE KEY" };
    expect(secretText(outputs.privateKeyPem)).toContain(`-----BEGIN ${labels[name] ?? "EC PRIVATE KEY"}-----`);
    const der = createPublicKey(String(outputs.publicKeyPem)).export({ type: "spki", format: "der" });
    expect(id).toBe(createHash("sha1").update(der).digest("hex"));
    if (name === "P224") {
      const none = ["publicKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256"].map(
        (key) => outputs[key],
      );
      expect([...none, secretText(outputs.privateKeyOpenssh)]).toEqual(["", "", "", ""]);
      return;
    }
    const openssh = file(secretText(outputs.privateKeyOpenssh));
    expect(`${run("ssh-keygen", "-y", "-f", openssh).trim()}\n`).toBe(outputs.publicKeyOpenssh);
    const publicFile = file(String(outputs.publicKeyOpenssh));
    expect(run("ssh-keygen", "-l", "-f", publicFile).split(" ")[1]).toBe(outputs.publicKeyFingerprintSha256);
    expect(run("ssh-keygen", "-l", "-E", "md5", "-f", publicFile).split(" ")[1]).toBe(
      `MD5:${outputs.publicKeyFingerprintMd5}`,
    );
    // And back: our reader takes what our writer and ssh-keygen write.
    expect(publicKeyOutputs(parsePrivateKey(secretText(outputs.privateKeyOpenssh))).id).toBe(id);
  });

  it("reads keys that ssh-keygen made", () => {
    for (const [type, bits] of [
      ["rsa", "2048"],
      ["ecdsa", "521"],
      ["ed25519", "256"],
    ]) {
      const path = join(folder, `made-${type}`);
      run("ssh-keygen", "-q", "-t", type!, "-b", bits!, "-N", "", "-C", "a comment", "-f", path);
      const key = parsePrivateKey(run("cat", path));
      expect(publicKeyOutputs(key).publicKeyOpenssh).toBe(run("cat", `${path}.pub`).replace(" a comment", ""));
      expect(run("ssh-keygen", "-y", "-f", file(opensshPrivateKey(key))).trim()).toBe(
        String(publicKeyOutputs(key).publicKeyOpenssh).trim(),
      );
    }
  });

  it("the vendor's key, read by us, gives the vendor's outputs", () => {
    const { id, outputs } = recorded(KEY);
    const key = parsePrivateKey(secretText(outputs.privateKeyPem));
    const { publicKeyPem, publicKeyOpenssh, publicKeyFingerprintMd5, publicKeyFingerprintSha256 } = outputs;
    expect(publicKeyOutputs(key)).toEqual({
      id,
      publicKeyPem,
      publicKeyOpenssh,
      publicKeyFingerprintMd5,
      publicKeyFingerprintSha256,
    });
    expect(key.export({ type: "pkcs8", format: "pem" })).toBe(secretText(outputs.privateKeyPemPkcs8));
    const theirs = parsePrivateKey(secretText(outputs.privateKeyOpenssh));
    expect(publicKeyOutputs(theirs).id).toBe(id);
    // The same but for the random check number.
    expect(opensshPrivateKey(key)).toHaveLength(secretText(outputs.privateKeyOpenssh).length);
  });

  it("has the vendor's output keys and defaults", async () => {
    const { outputs } = await on(KEY).create({ algorithm: "ED25519" });
    const theirs = recorded(KEY).outputs;
    expect(Object.keys(outputs).sort()).toEqual(
      Object.keys(theirs)
        .filter((key) => !key.startsWith("__"))
        .sort(),
    );
    expect(outputs).toMatchObject({ algorithm: "ED25519", ecdsaCurve: "P224", rsaBits: 2048 });
  });

  it("refuses what it does not know", async () => {
    const { failures } = await on(KEY).check({ algorithm: "ED25591", rsaBits: 12, curve: "P256" });
    expect(failures.map(({ property, reason }) => `${property}: ${reason}`)).toEqual([
      "algorithm: must be one of RSA, ECDSA, ED25519; did you mean ED25519?",
      "rsaBits: must be at least 1024, but is 12",
      "curve: unknown property; known are algorithm, ecdsaCurve, rsaBits",
    ]);
  });

  it("a preview knows nothing that is generated; every input replaces", async () => {
    const { outputs } = await on(KEY).preview({ algorithm: "RSA" });
    expect(outputs).toMatchObject({ privateKeyPem: UNKNOWN, publicKeyOpenssh: UNKNOWN, algorithm: "RSA" });
    const old = await on(KEY).create({ algorithm: "ED25519" });
    expect((await on(KEY).diff(old, { algorithm: "ECDSA", ecdsaCurve: "P256" })).replaces).toEqual([
      "algorithm",
      "ecdsaCurve",
    ]);
  });
});

describe("certificates", () => {
  const ca = { allowedUses: ["cert_signing", "crl_signing"], isCaCertificate: true, validityPeriodHours: 24 };
  const subject = { commonName: "Fleet CA", organization: "Zoë & Co", country: "SE", emailAddress: "ca@example.org" };

  it.each(kinds)("%s: a chain of authority, request and certificate verifies", async (_, inputs) => {
    const caKey = await plainKey(inputs);
    const authority = await on(SELF).create({ ...ca, subject, privateKeyPem: caKey, setAuthorityKeyId: true });
    const caFile = file(String(authority.outputs.certPem));

    const leafKey = await plainKey(inputs);
    const request = await on(REQUEST).create({
      privateKeyPem: leafKey,
      subject: { commonName: "web", streetAddresses: ["1 First St", "2 Second St"] },
      dnsNames: ["web.example.org", "*.web.example.org"],
      ipAddresses: ["127.0.0.1", "2001:db8::1"],
      uris: ["spiffe://fleet/web"],
    });
    const requestFile = file(String(request.outputs.certRequestPem));
    // OpenSSL writes its verdict to stderr, and exits with 1 if it is bad.
    expect(run("openssl", "req", "-in", requestFile, "-verify", "-noout", "-text")).toContain("web.example.org");

    const leaf = await on(LOCAL).create({
      allowedUses: ["digital_signature", "key_encipherment", "server_auth", "client_auth"],
      caCertPem: String(authority.outputs.certPem),
      caPrivateKeyPem: caKey,
      certRequestPem: String(request.outputs.certRequestPem),
      setSubjectKeyId: true,
      validityPeriodHours: 12,
    });
    const leafFile = file(String(leaf.outputs.certPem));
    expect(run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", caFile, leafFile)).toContain(
      "OK",
    );
    expect(run("openssl", "verify", "-verify_ip", "2001:db8::1", "-CAfile", caFile, leafFile)).toContain("OK");
    expect(run("openssl", "verify", "-verify_hostname", "a.web.example.org", "-CAfile", caFile, leafFile)).toContain(
      "OK",
    );

    const read = new X509Certificate(String(leaf.outputs.certPem));
    expect(BigInt(`0x${read.serialNumber}`).toString()).toBe(leaf.id);
    expect(read.checkIssued(new X509Certificate(String(authority.outputs.certPem)))).toBe(true);
    expect(read.subjectAltName).toContain("URI:spiffe://fleet/web");
    expect(Date.parse(String(leaf.outputs.validityEndTime)) - Date.parse(String(leaf.outputs.validityStartTime))).toBe(
      12 * 3_600_000,
    );
    expect(leaf.outputs).toMatchObject({ readyForRenewal: false, caKeyAlgorithm: inputs.algorithm });
    expect(leaf.outputs.caPrivateKeyPem).toBeInstanceOf(Secret);
  });

  it("is byte for byte as the vendor's but for serial number, times and signature", async () => {
    const theirs = recorded(SELF);
    const ours = await on(SELF).create({ ...theirs.inputs, privateKeyPem: secretText(theirs.inputs.privateKeyPem) });
    const shape = (pem: unknown) =>
      run("openssl", "x509", "-noout", "-text", "-in", file(String(pem)))
        .replace(/Serial Number:\s+\S+/, "")
        .replace(/Not (Before|After ?): .*/g, "")
        .replace(/Signature Value:[\s\S]*/, "");
    expect(shape(ours.outputs.certPem)).toBe(shape(theirs.outputs.certPem));
    const keys = Object.keys(theirs.outputs).filter((key) => !key.startsWith("__"));
    expect(Object.keys(ours.outputs).sort()).toEqual(keys.sort());
    for (const key of keys.filter((name) => !/^(certPem|id|validity(End|Start)Time)$/.test(name))) {
      expect(ours.outputs[key]).toEqual(theirs.outputs[key]);
    }
  });

  it("a path length of 0 and uses land in the certificate", async () => {
    const made = await on(SELF).create({
      ...ca,
      maxPathLength: 0,
      subject,
      privateKeyPem: await plainKey(kinds[1]![1]),
    });
    const text = run("openssl", "x509", "-noout", "-text", "-in", file(String(made.outputs.certPem)));
    expect(text).toContain("CA:TRUE, pathlen:0");
    expect(text).toContain("Certificate Sign, CRL Sign");
    expect(text).toContain("emailAddress = ca@example.org");
  });

  it("is ready for renewal when the early hours have begun, and then is replaced", async () => {
    const inputs = { allowedUses: [], validityPeriodHours: 10, privateKeyPem: await plainKey(kinds[1]![1]) };
    const old = await on(SELF).create({ ...inputs, earlyRenewalHours: 9 });
    expect(await on(SELF).diff(old, { ...inputs, earlyRenewalHours: 9 })).toEqual({ changes: "none" });
    expect((await on(SELF).read(old.id, old.inputs, old.outputs)).outputs.readyForRenewal).toBe(false);

    // More early hours: in place while the certificate is good, a replacement when it is due.
    expect(await on(SELF).diff(old, { ...inputs, earlyRenewalHours: 8 })).toMatchObject({
      changes: "some",
      replaces: [],
    });
    expect((await on(SELF).update(old, { ...inputs, earlyRenewalHours: 8 })).earlyRenewalHours).toBe(8);
    expect((await on(SELF).diff(old, { ...inputs, earlyRenewalHours: 10 })).replaces).toEqual(["readyForRenewal"]);

    const late = { ...old.outputs, validityEndTime: new Date(Date.now() - 1000).toISOString() };
    expect((await on(SELF).read(old.id, old.inputs, late)).outputs.readyForRenewal).toBe(true);
    expect(await on(SELF).diff({ ...old, outputs: late }, { ...inputs, earlyRenewalHours: 9 })).toMatchObject({
      changes: "some",
      replaces: ["readyForRenewal"],
      detailedDiff: { readyForRenewal: { kind: "update-replace" } },
    });
  });

  it("faults are found before anything is made, and quote no key", async () => {
    const key = await plainKey(kinds[1]![1]);
    const { failures } = await on(SELF).check({
      allowedUses: ["digital_sig"],
      dnsNames: ["bücher.example"],
      ipAddresses: ["1.2.3"],
      privateKeyPem: key.replace("PRIVATE", "SECRET"),
      validityPeriodHours: -1,
    });
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "allowedUses[0]",
      "dnsNames",
      "ipAddresses",
      "privateKeyPem",
      "validityPeriodHours",
    ]);
    expect(JSON.stringify(failures)).not.toContain(key.split("\n")[1]);
    expect((await on(SELF).check({ ...ca, privateKeyPem: key })).failures).toMatchObject([{ property: "subject" }]);
  });

  it("an authority's key that does not fit, and a request that is none, are clear errors", async () => {
    const [key, other] = [await plainKey(kinds[1]![1]), await plainKey(kinds[1]![1])];
    const authority = await on(SELF).create({ ...ca, subject, privateKeyPem: key });
    const request = await on(REQUEST).create({ privateKeyPem: key });
    const inputs = {
      allowedUses: [],
      caCertPem: String(authority.outputs.certPem),
      caPrivateKeyPem: other,
      certRequestPem: String(request.outputs.certRequestPem),
      validityPeriodHours: 1,
    };
    await expect(on(LOCAL).create(inputs)).rejects.toThrow("not the private key of caCertPem");
    await expect(on(LOCAL).create({ ...inputs, certRequestPem: inputs.caCertPem })).rejects.toThrow(
      "certRequestPem: is PEM of a CERTIFICATE, not of a CERTIFICATE REQUEST",
    );
  });

  it("warns when the authority is none", async () => {
    const privateKeyPem = await plainKey(kinds[1]![1]);
    const notCa = await on(SELF).create({ allowedUses: [], validityPeriodHours: 1, privateKeyPem, subject });
    const request = await on(REQUEST).create({ privateKeyPem });
    const lines: string[] = [];
    await on(LOCAL).create(
      {
        allowedUses: [],
        caCertPem: String(notCa.outputs.certPem),
        caPrivateKeyPem: privateKeyPem,
        certRequestPem: String(request.outputs.certRequestPem),
        validityPeriodHours: 1,
      },
      { report: (line: string) => lines.push(line) },
    );
    expect(lines.join()).toContain("no certificate authority");
  });
});

describe("what the vendor's plugin wrote", () => {
  it("PrivateKey shows no difference", async () => {
    const old = recorded(KEY);
    expect(await on(KEY).diff(old, old.inputs)).toEqual({ changes: "none" });
    expect(await on(KEY).read(old.id, old.inputs, old.outputs)).toEqual({ id: old.id, outputs: old.outputs });
  });

  it("SelfSignedCert shows no difference while it is valid", async () => {
    const old = recorded(SELF);
    const outputs = { ...old.outputs, validityEndTime: new Date(Date.now() + 3_600_000).toISOString() };
    expect(await on(SELF).diff({ ...old, outputs }, old.inputs)).toEqual({ changes: "none" });
  });
});

describe("functions", () => {
  it("getPublicKey takes either form", async () => {
    const { outputs, id } = await on(KEY).create({ algorithm: "ED25519" });
    for (const key of ["privateKeyPem", "privateKeyOpenssh"]) {
      const args = { [key]: outputs[key]! };
      const { result, failures } = await tlsProvider().invoke!("tls:index/getPublicKey:getPublicKey", args);
      expect(failures).toEqual([]);
      expect(result).toMatchObject({ id, algorithm: "ED25519", publicKeyOpenssh: outputs.publicKeyOpenssh });
      expect(result[key]).toBeInstanceOf(Secret);
    }
    const { failures } = await tlsProvider().invoke!("tls:index/getPublicKey:getPublicKey", {});
    expect(failures[0]?.reason).toContain("either privateKeyPem or privateKeyOpenssh");
  });

  it("getCertificate reads a text and a server", async () => {
    const key = await plainKey({ algorithm: "ECDSA", ecdsaCurve: "P256" });
    const made = await on(SELF).create({
      allowedUses: ["server_auth"],
      dnsNames: ["localhost"],
      privateKeyPem: key,
      subject: { commonName: "localhost", organization: "a, b" },
      validityPeriodHours: 1,
    });
    const cert = String(made.outputs.certPem);
    const invoke = tlsProvider().invoke!.bind(tlsProvider());
    const token = "tls:index/getCertificate:getCertificate";
    const fromText = await invoke(token, { content: cert });
    const expected = {
      certPem: cert,
      isCa: false,
      maxPathLength: -1,
      publicKeyAlgorithm: "ECDSA",
      serialNumber: made.id,
      signatureAlgorithm: "ECDSA-SHA256",
      subject: "CN=localhost,O=a\\, b",
      version: 3,
    };
    expect(fromText.result.certificates).toMatchObject([expected]);

    const server = createServer({ key, cert });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const { port } = server.address() as AddressInfo;
      const url = `https://127.0.0.1:${port}`;
      expect((await invoke(token, { url, verifyChain: false })).result.certificates).toMatchObject([expected]);
      await expect(invoke(token, { url })).rejects.toThrow(/no certificate from .*self-signed/);
    } finally {
      server.close();
    }
  });
});
