import { createHash, createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  type Name,
  SubjectKeyIdentifier,
  type SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import type { PropertyMap } from "../../values.js";
import { EXTENDED_KEY_USAGES, KEY_USAGES } from "./algorithms.js";
import { pemText } from "./pem.js";
import { exactBuffer, signatureAlgorithm, signDer } from "./sign.js";

export interface CertificateTemplate {
  subject: Name;
  publicKey: SubjectPublicKeyInfo;
  /** DER of the subjectAltName extension's value. */
  alternativeNames?: ArrayBuffer;
  issuer: Name;
  issuerKey: KeyObject;
  /** The issuer's subject key id. Undefined for a self-signed certificate: then it is this certificate's own. */
  authorityKeyId?: ArrayBuffer;
  /** `allowedUses`, `isCaCertificate`, `maxPathLength`, `setSubjectKeyId`, `setAuthorityKeyId`, `validityPeriodHours`. */
  inputs: PropertyMap;
}

/** Issues a certificate that is valid from now. The id is its serial number, decimal. */
export async function issueCertificate(template: CertificateTemplate): Promise<{ id: string; outputs: PropertyMap }> {
  const { inputs, issuerKey } = template;
  const start = new Date();
  const end = new Date(start.getTime() + Number(inputs.validityPeriodHours) * 3_600_000);
  const serial = randomBytes(16);
  const algorithm = signatureAlgorithm(issuerKey).identifier;
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: positiveInteger(serial),
    signature: algorithm,
    issuer: template.issuer,
    validity: new Validity({ notBefore: wholeSeconds(start), notAfter: wholeSeconds(end) }),
    subject: template.subject,
    subjectPublicKeyInfo: template.publicKey,
    extensions: new Extensions(extensions(template)),
  });
  const signatureValue = await signDer(issuerKey, AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue });
  return {
    id: BigInt(`0x${serial.toString("hex")}`).toString(),
    outputs: {
      certPem: pemText("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate))),
      validityStartTime: start.toISOString(),
      validityEndTime: end.toISOString(),
      readyForRenewal: false,
    },
  };
}

/** In the order in which Go writes them. */
function extensions({
  inputs,
  publicKey,
  subject,
  alternativeNames,
  authorityKeyId,
}: CertificateTemplate): Extension[] {
  const list: Extension[] = [];
  const add = (extnID: string, critical: boolean, value: ArrayBuffer) =>
    list.push(new Extension({ extnID, critical, extnValue: new OctetString(value) }));
  const uses = (inputs.allowedUses as string[] | undefined) ?? [];

  const bits = uses.flatMap((use) => KEY_USAGES[use] ?? []);
  if (bits.length > 0) {
    const usage = new KeyUsage(bits.reduce((flags, bit) => flags | (1 << bit), 0));
    add("2.5.29.15", true, AsnConvert.serialize(usage));
  }
  const extended = uses.flatMap((use) => EXTENDED_KEY_USAGES[use] ?? []);
  if (extended.length > 0) add("2.5.29.37", false, AsnConvert.serialize(new ExtendedKeyUsage(extended)));

  const cA = inputs.isCaCertificate === true;
  const limited = cA && typeof inputs.maxPathLength === "number" && inputs.maxPathLength >= 0;
  const constraints = new BasicConstraints({
    cA,
    ...(limited ? { pathLenConstraint: Number(inputs.maxPathLength) } : {}),
  });
  add("2.5.29.19", true, AsnConvert.serialize(constraints));

  const ownKeyId = subjectKeyId(publicKey);
  const hasOwn = cA || inputs.setSubjectKeyId === true;
  if (hasOwn) add("2.5.29.14", false, AsnConvert.serialize(new SubjectKeyIdentifier(ownKeyId)));
  const authority = authorityKeyId ?? (inputs.setAuthorityKeyId === true && hasOwn ? ownKeyId : undefined);
  if (authority) {
    const keyIdentifier = new KeyIdentifier(authority);
    add("2.5.29.35", false, AsnConvert.serialize(new AuthorityKeyIdentifier({ keyIdentifier })));
  }
  // RFC 5280: without a subject, the alternative names are all there is to go by.
  if (alternativeNames) add("2.5.29.17", subject.length === 0, alternativeNames);
  return list;
}

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2, first method). */
export function subjectKeyId(publicKey: SubjectPublicKeyInfo): ArrayBuffer {
  return exactBuffer(createHash("sha1").update(Buffer.from(publicKey.subjectPublicKey)).digest());
}

/** True if the private key belongs to the certified public key. */
export function keyMatches(key: KeyObject, publicKey: SubjectPublicKeyInfo): boolean {
  const own = createPublicKey(key).export({ type: "spki", format: "der" });
  return own.equals(Buffer.from(AsnConvert.serialize(publicKey)));
}

/** DER has no fractions of seconds. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

/** DER integers are signed: a leading zero keeps it positive, other leading zeros may not be there. */
function positiveInteger(bytes: Buffer): ArrayBuffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return exactBuffer(trimmed[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}
