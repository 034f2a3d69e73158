import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { PropertyMap } from "../../values.js";
import type { LocalResource } from "../shared/local-provider.js";
import { ALGORITHMS, type Algorithm, CURVES, type Curve } from "./algorithms.js";
import {
  authorizedKey,
  fingerprintMd5,
  fingerprintSha256,
  opensshPrivateKey,
  parseOpensshPrivateKey,
} from "./openssh.js";

const generate = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject }>;

/** Makes a key off the main thread. */
async function generateKey(algorithm: Algorithm, rsaBits: number, curve: Curve): Promise<KeyObject> {
  if (algorithm === "RSA") return (await generate("rsa", { modulusLength: rsaBits })).privateKey;
  if (algorithm === "ED25519") return (await generate("ed25519", {})).privateKey;
  return (await generate("ec", { namedCurve: CURVES[curve].openssl })).privateKey;
}

export function algorithmOf(key: KeyObject): Algorithm {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RSA";
    case "ec":
      return "ECDSA";
    case "ed25519":
      return "ED25519";
    default:
      throw new Error(`keys of type ${key.asymmetricKeyType} are not supported: use ${ALGORITHMS.join(", ")}`);
  }
}

/** Reads a private key in PKCS #1, SEC 1, PKCS #8 or OpenSSH form. The error never quotes the key. */
export function parsePrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = pem.includes("-----BEGIN OPENSSH PRIVATE KEY-----") ? parseOpensshPrivateKey(pem) : createPrivateKey(pem);
  } catch (error) {
    const encrypted = /ENCRYPTED|passphrase/i.test(pem) || /passphrase/.test(String(error));
    throw new Error(
      encrypted ? "the key is encrypted with a passphrase: give it decrypted" : "not a private key in PEM form",
    );
  }
  algorithmOf(key);
  return key;
}

/** Everything that is said of a public key. The id is the SHA-1 of its DER form. */
export function publicKeyOutputs(key: KeyObject): PropertyMap & { id: string } {
  const publicKey = createPublicKey(key);
  const der = publicKey.export({ type: "spki", format: "der" });
  return {
    id: createHash("sha1").update(der).digest("hex"),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) as string,
    publicKeyOpenssh: authorizedKey(publicKey),
    publicKeyFingerprintMd5: fingerprintMd5(publicKey),
    publicKeyFingerprintSha256: fingerprintSha256(publicKey),
  };
}

/** The PEM form is the algorithm's own where it has one: PKCS #1 for RSA, SEC 1 for ECDSA, else PKCS #8. */
function privateKeyOutputs(key: KeyObject): PropertyMap {
  const algorithm = algorithmOf(key);
  const type = algorithm === "RSA" ? "pkcs1" : algorithm === "ECDSA" ? "sec1" : "pkcs8";
  return {
    privateKeyPem: key.export({ type, format: "pem" }) as string,
    privateKeyPemPkcs8: key.export({ type: "pkcs8", format: "pem" }) as string,
    privateKeyOpenssh: opensshPrivateKey(key),
  };
}

export const privateKeyResource: LocalResource = {
  fields: {
    algorithm: { type: "string", required: true, oneOf: ALGORITHMS },
    // The vendor keeps both defaults in the state, whatever the algorithm.
    ecdsaCurve: { type: "string", default: "P224", oneOf: Object.keys(CURVES) },
    rsaBits: { type: "integer", default: 2048, min: 1024, max: 16384 },
  },
  generated: [
    "privateKeyOpenssh",
    "privateKeyPem",
    "privateKeyPemPkcs8",
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
    "publicKeyOpenssh",
    "publicKeyPem",
  ],
  secrets: ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
  async create(inputs) {
    const key = await generateKey(inputs.algorithm as Algorithm, Number(inputs.rsaBits), inputs.ecdsaCurve as Curve);
    const { id, ...outputs } = publicKeyOutputs(key);
    return { id, outputs: { ...outputs, ...privateKeyOutputs(key) } };
  },
};
