/** Loaded when the first certificate is made: the ASN.1 library takes its time. */
import type { KeyObject } from "node:crypto";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  Attribute,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import { ProviderError } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { issueCertificate, keyMatches } from "./certificate.js";
import { pemBytes, pemText } from "./pem.js";
import { publicKeyInfo, signatureAlgorithm, signDer } from "./sign.js";
import { alternativeNames, distinguishedName } from "./subject.js";

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

export async function selfSigned(key: KeyObject, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> {
  const subject = distinguishedName(inputs.subject);
  const names = alternativeNames(inputs);
  return issueCertificate({
    subject,
    issuer: subject,
    publicKey: publicKeyInfo(key),
    issuerKey: key,
    inputs,
    ...(names ? { alternativeNames: AsnConvert.serialize(names) } : {}),
  });
}

/** A certificate signing request (RFC 2986). */
export async function certificateRequest(key: KeyObject, inputs: PropertyMap): Promise<string> {
  const names = alternativeNames(inputs);
  const attributes = new Attributes();
  if (names) {
    const value = new OctetString(AsnConvert.serialize(names));
    const wanted = new Extensions([new Extension({ extnID: SUBJECT_ALTERNATIVE_NAME, extnValue: value })]);
    attributes.push(new Attribute({ type: EXTENSION_REQUEST, values: [AsnConvert.serialize(wanted)] }));
  }
  const certificationRequestInfo = new CertificationRequestInfo({
    version: 0,
    subject: distinguishedName(inputs.subject),
    subjectPKInfo: publicKeyInfo(key),
    attributes,
  });
  const signature = await signDer(key, AsnConvert.serialize(certificationRequestInfo));
  const signatureAlgorithmId = signatureAlgorithm(key).identifier;
  const request = new CertificationRequest({
    certificationRequestInfo,
    signatureAlgorithm: signatureAlgorithmId,
    signature,
  });
  return pemText("CERTIFICATE REQUEST", new Uint8Array(AsnConvert.serialize(request)));
}

/** Issues what the request asks for: its subject, key and alternative names; everything else is up to the inputs. */
export async function locallySigned(
  caKey: KeyObject,
  inputs: PropertyMap,
  warn: (message: string) => void,
): Promise<{ id: string; outputs: PropertyMap }> {
  const request = parse("certRequestPem", "CERTIFICATE REQUEST", CertificationRequest, inputs);
  const ca = parse("caCertPem", "CERTIFICATE", Certificate, inputs).tbsCertificate;
  if (!keyMatches(caKey, ca.subjectPublicKeyInfo)) {
    throw new ProviderError(
      "caPrivateKeyPem is not the private key of caCertPem",
      "give the pair that belongs together",
    );
  }
  const constraints = extensionValue(ca.extensions, "2.5.29.19");
  if (!constraints || !AsnConvert.parse(constraints, BasicConstraints).cA) {
    warn("caCertPem is no certificate authority (isCaCertificate is false): clients may refuse what it signs");
  }
  const caKeyId = extensionValue(ca.extensions, "2.5.29.14");
  const names = requestedExtension(request, SUBJECT_ALTERNATIVE_NAME);
  return issueCertificate({
    subject: request.certificationRequestInfo.subject,
    publicKey: request.certificationRequestInfo.subjectPKInfo,
    issuer: ca.subject,
    issuerKey: caKey,
    inputs,
    ...(names ? { alternativeNames: names } : {}),
    ...(caKeyId ? { authorityKeyId: AsnConvert.parse(caKeyId, SubjectKeyIdentifier).buffer } : {}),
  });
}

function requestedExtension(request: CertificationRequest, oid: string): ArrayBuffer | undefined {
  // Optional in practice, although not by its type.
  const attributes: Iterable<Attribute> = request.certificationRequestInfo.attributes ?? [];
  for (const attribute of attributes) {
    if (attribute.type !== EXTENSION_REQUEST || !attribute.values[0]) continue;
    return extensionValue(AsnConvert.parse(attribute.values[0], Extensions), oid);
  }
  return undefined;
}

function extensionValue(extensions: Extensions | undefined, oid: string): ArrayBuffer | undefined {
  return extensions?.find((extension) => extension.extnID === oid)?.extnValue.buffer;
}

function parse<T>(key: string, label: string, type: new () => T, inputs: PropertyMap): T {
  try {
    return AsnConvert.parse(pemBytes(String(inputs[key]), label), type);
  } catch (error) {
    const reason = error instanceof Error && /PEM/.test(error.message) ? error.message : "cannot be read";
    throw new ProviderError(`${key}: ${reason}`, `give a ${label} in PEM form`);
  }
}
