import { createHash, createPrivateKey, type JsonWebKey, type KeyObject, randomBytes } from "node:crypto";
import { CURVES, type Curve } from "./algorithms.js";
import { pemBytes, pemText } from "./pem.js";

/** OpenSSH's key formats: https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key and RFC 4253, 6.6. */

const LABEL = "OPENSSH PRIVATE KEY";
const MAGIC = Buffer.from("openssh-key-v1\0");

/** The public key as ssh sends it; undefined for a curve that OpenSSH does not know. */
export function sshPublicBlob(key: KeyObject): Buffer | undefined {
  const jwk = publicJwk(key);
  if (!jwk) return undefined;
  if (jwk.kty === "OKP") return Buffer.concat([text("ssh-ed25519"), bytes(raw(jwk.x))]);
  if (jwk.kty === "RSA") return Buffer.concat([text("ssh-rsa"), mpint(raw(jwk.e)), mpint(raw(jwk.n))]);
  const curve = sshCurve(jwk);
  return Buffer.concat([text(`ecdsa-sha2-${curve}`), text(curve), bytes(point(jwk))]);
}

/** One line as in authorized_keys, without a comment, with a newline; "" if OpenSSH does not know the curve. */
export function authorizedKey(key: KeyObject): string {
  const blob = sshPublicBlob(key);
  return blob ? `${blobType(blob)} ${blob.toString("base64")}\n` : "";
}

export function fingerprintMd5(key: KeyObject): string {
  const blob = sshPublicBlob(key);
  return blob ? createHash("md5").update(blob).digest("hex").match(/../g)!.join(":") : "";
}

export function fingerprintSha256(key: KeyObject): string {
  const blob = sshPublicBlob(key);
  return blob ? `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}` : "";
}

/** The private key, not encrypted, without a comment; "" if OpenSSH does not know the curve. */
export function opensshPrivateKey(key: KeyObject): string {
  const blob = sshPublicBlob(key);
  if (!blob) return "";
  const check = randomBytes(4);
  let secret = Buffer.concat([check, check, privatePart(key.export({ format: "jwk" })), text("")]);
  const padding = (8 - (secret.length % 8)) % 8;
  secret = Buffer.concat([secret, Buffer.from(Array.from({ length: padding }, (_, index) => index + 1))]);
  const body = [MAGIC, text("none"), text("none"), text(""), uint32(1), bytes(blob), bytes(secret)];
  return pemText(LABEL, Buffer.concat(body));
}

/** Reads an unencrypted OpenSSH private key. Throws if it is encrypted or of a kind that is not supported. */
export function parseOpensshPrivateKey(pem: string): KeyObject {
  const reader = new Reader(pemBytes(pem, LABEL));
  if (!reader.take(MAGIC.length).equals(MAGIC)) throw new Error("not an OpenSSH private key");
  if (reader.string().toString() !== "none") throw new Error("the key is encrypted with a passphrase");
  reader.string();
  reader.string();
  if (reader.uint32() !== 1) throw new Error("the file holds more than one key");
  reader.string();
  const secret = new Reader(reader.string());
  const [check, repeated] = [secret.uint32(), secret.uint32()];
  if (check !== repeated) throw new Error("the key is damaged");
  return createPrivateKey({ key: readPrivatePart(secret), format: "jwk" });
}

function privatePart(jwk: JsonWebKey): Buffer {
  if (jwk.kty === "OKP") {
    const publicKey = raw(jwk.x);
    return Buffer.concat([text("ssh-ed25519"), bytes(publicKey), bytes(Buffer.concat([raw(jwk.d), publicKey]))]);
  }
  if (jwk.kty === "RSA") {
    return Buffer.concat([
      text("ssh-rsa"),
      ...[jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((part) => mpint(raw(part))),
    ]);
  }
  const curve = sshCurve(jwk);
  return Buffer.concat([text(`ecdsa-sha2-${curve}`), text(curve), bytes(point(jwk)), mpint(raw(jwk.d))]);
}

function readPrivatePart(reader: Reader): JsonWebKey {
  const type = reader.string().toString();
  if (type === "ssh-ed25519") {
    const x = reader.string();
    return { kty: "OKP", crv: "Ed25519", x: url(x), d: url(reader.string().subarray(0, 32)) };
  }
  if (type === "ssh-rsa") {
    const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => unsigned(reader.string()));
    return { kty: "RSA", n, e, d, p, q, qi, dp: remainder(d!, p!), dq: remainder(d!, q!) };
  }
  const curve = Object.values(CURVES).find(({ ssh }) => ssh !== undefined && type === `ecdsa-sha2-${ssh}`);
  if (!curve) throw new Error(`keys of type ${type} are not supported`);
  reader.string();
  const q = reader.string();
  const size = (q.length - 1) / 2;
  const d = Buffer.from(unsigned(reader.string()), "base64url");
  const padded = Buffer.concat([Buffer.alloc(size - d.length), d]);
  return { kty: "EC", crv: curve.jwk, x: url(q.subarray(1, 1 + size)), y: url(q.subarray(1 + size)), d: url(padded) };
}

/** d mod (p - 1), which the file leaves out and a JWK needs. */
function remainder(d: string, prime: string): string {
  const number = (part: string) => BigInt(`0x${Buffer.from(part, "base64url").toString("hex")}`);
  const hex = (number(d) % (number(prime) - 1n)).toString(16);
  return url(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"));
}

function publicJwk(key: KeyObject): JsonWebKey | undefined {
  try {
    return key.export({ format: "jwk" });
  } catch {
    return undefined; // Node knows no JWK form of P-224, and OpenSSH no P-224 at all
  }
}

function sshCurve(jwk: JsonWebKey): string {
  const curve = (Object.keys(CURVES) as Curve[]).map((name) => CURVES[name]).find(({ jwk: name }) => name === jwk.crv);
  if (!curve?.ssh) throw new Error(`OpenSSH knows no curve ${jwk.crv}`);
  return curve.ssh;
}

const raw = (part: string | undefined): Buffer => Buffer.from(part ?? "", "base64url");
const url = (part: Buffer): string => part.toString("base64url");
const point = (jwk: JsonWebKey): Buffer => Buffer.concat([Buffer.from([4]), raw(jwk.x), raw(jwk.y)]);
const blobType = (blob: Buffer): string => new Reader(blob).string().toString();
const unsigned = (part: Buffer): string => url(part[0] === 0 ? part.subarray(1) : part);

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

const bytes = (value: Buffer): Buffer => Buffer.concat([uint32(value.length), value]);
const text = (value: string): Buffer => bytes(Buffer.from(value));

/** RFC 4251: big-endian, no leading zeros but the one that keeps it positive. */
function mpint(value: Buffer): Buffer {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start++;
  const trimmed = value.subarray(start);
  return bytes(trimmed[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

class Reader {
  private offset = 0;
  constructor(private readonly data: Buffer) {}
  take(length: number): Buffer {
    if (this.offset + length > this.data.length) throw new Error("the key is cut short");
    this.offset += length;
    return this.data.subarray(this.offset - length, this.offset);
  }
  uint32(): number {
    return this.take(4).readUInt32BE();
  }
  string(): Buffer {
    return this.take(this.uint32());
  }
}
