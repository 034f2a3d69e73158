import { generateKeyPairSync } from "node:crypto";

/** A new Ed25519 key pair, each half a PEM file (PKCS #8, SPKI) in base64 on one line, as claws take them. */
export function ed25519KeyPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const base64 = (pem: string) => Buffer.from(pem).toString("base64");
  return { privateKey: base64(pair.privateKey), publicKey: base64(pair.publicKey) };
}
