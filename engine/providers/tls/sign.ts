import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";

const signAsync = promisify(sign) as unknown as (hash: string | null, data: Buffer, key: KeyObject) => Promise<Buffer>;

interface SignatureAlgorithm {
  identifier: AlgorithmIdentifier;
  hash: string | null;
}

/** The algorithm that Go, and so the vendor, takes for a key: SHA-256 with RSA, the curve's size with ECDSA. */
export function signatureAlgorithm(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === "rsa") {
    return {
      identifier: new AlgorithmIdentifier({ algorithm: "1.2.840.113549.1.1.11", parameters: null }),
      hash: "sha256",
    };
  }
  if (key.asymmetricKeyType === "ed25519") {
    return { identifier: new AlgorithmIdentifier({ algorithm: "1.3.101.112" }), hash: null };
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const [algorithm, hash] =
    curve === "secp384r1"
      ? ["1.2.840.10045.4.3.3", "sha384"]
      : curve === "secp521r1"
        ? ["1.2.840.10045.4.3.4", "sha512"]
        : ["1.2.840.10045.4.3.2", "sha256"];
  return { identifier: new AlgorithmIdentifier({ algorithm }), hash };
}

/** Signs DER bytes; ECDSA signatures come in DER too. */
export async function signDer(key: KeyObject, der: ArrayBuffer): Promise<ArrayBuffer> {
  return exactBuffer(await signAsync(signatureAlgorithm(key).hash, Buffer.from(der), key));
}

export function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  return AsnConvert.parse(der, SubjectPublicKeyInfo);
}

/** A buffer of its own: Node's small buffers share one. */
export function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
