import { createHash, X509Certificate } from "node:crypto";
import { connect, type TLSSocket } from "node:tls";
import { AsnConvert } from "@peculiar/asn1-schema";
import { BasicConstraints, Certificate, type Name } from "@peculiar/asn1-x509";
import { ProviderError } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import type { Invoke } from "../shared/local-provider.js";
import { pemBlocks, pemText } from "./pem.js";

const TIMEOUT_MS = 15_000;

/** `tls.getCertificate`: what is said in a PEM text, or by a server, with the root of the chain first. */
export const getCertificate: Invoke = async (args, fail) => {
  const { content, url } = args;
  if ((typeof content === "string") === (typeof url === "string")) {
    fail("url", "give either url or content");
    return {};
  }
  const verifyChain = args.verifyChain !== false;
  const ders = typeof content === "string" ? fromText(content, fail) : await fromServer(String(url), verifyChain, fail);
  if (ders.length === 0) return {};
  const id = createHash("sha1").update(Buffer.concat(ders)).digest("hex");
  const given = typeof content === "string" ? { content } : { url: String(url), verifyChain };
  return { ...given, id, certificates: ders.map(describe) };
};

function fromText(content: string, fail: Parameters<Invoke>[1]): Buffer[] {
  const ders = pemBlocks(content).flatMap(({ label, der }) => (label === "CERTIFICATE" ? [der] : []));
  if (ders.length === 0) fail("content", "holds no certificate in PEM form");
  return ders;
}

async function fromServer(address: string, verify: boolean, fail: Parameters<Invoke>[1]): Promise<Buffer[]> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["https:", "tls:"].includes(url.protocol) || url.hostname === "") {
    fail("url", "must be https://host[:port] or tls://host:port");
    return [];
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = await open(host, Number(url.port || 443), verify, address);
  try {
    return chain(socket).reverse();
  } finally {
    socket.destroy();
  }
}

function open(host: string, port: number, rejectUnauthorized: boolean, address: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: /^[\d.]+$|:/.test(host) ? "" : host, rejectUnauthorized });
    const fail = (reason: string) => {
      socket.destroy();
      reject(new ProviderError(`no certificate from ${address}: ${reason}`));
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(`no answer within ${TIMEOUT_MS / 1000} s`));
    socket.once("error", (error) => fail(error.message));
    socket.once("secureConnect", () => resolve(socket));
  });
}

function chain(socket: TLSSocket): Buffer[] {
  const ders: Buffer[] = [];
  let certificate = socket.getPeerCertificate(true);
  while (certificate?.raw && !ders.some((der) => der.equals(certificate.raw))) {
    ders.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return ders;
}

/** The names that Go gives to signature algorithms. */
const SIGNATURES: Record<string, string> = {
  "1.2.840.113549.1.1.5": "SHA1-RSA",
  "1.2.840.113549.1.1.10": "SHA256-RSAPSS",
  "1.2.840.113549.1.1.11": "SHA256-RSA",
  "1.2.840.113549.1.1.12": "SHA384-RSA",
  "1.2.840.113549.1.1.13": "SHA512-RSA",
  "1.2.840.10045.4.3.2": "ECDSA-SHA256",
  "1.2.840.10045.4.3.3": "ECDSA-SHA384",
  "1.2.840.10045.4.3.4": "ECDSA-SHA512",
  "1.3.101.112": "Ed25519",
};
const KEYS: Record<string, string> = { rsa: "RSA", ec: "ECDSA", ed25519: "Ed25519" };
const SHORT_NAMES: Record<string, string> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "SERIALNUMBER",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.17": "POSTALCODE",
};

function describe(der: Buffer): PropertyMap {
  const node = new X509Certificate(der);
  const { tbsCertificate: tbs, signatureAlgorithm } = AsnConvert.parse(der, Certificate);
  const constraints = tbs.extensions?.find(({ extnID }) => extnID === "2.5.29.19")?.extnValue.buffer;
  return {
    certPem: pemText("CERTIFICATE", der),
    isCa: node.ca,
    issuer: nameText(tbs.issuer),
    // As Go has it: -1 is no limit.
    maxPathLength: (constraints && AsnConvert.parse(constraints, BasicConstraints).pathLenConstraint) ?? -1,
    notAfter: timeText(tbs.validity.notAfter.getTime()),
    notBefore: timeText(tbs.validity.notBefore.getTime()),
    publicKeyAlgorithm: KEYS[node.publicKey.asymmetricKeyType ?? ""] ?? "",
    serialNumber: BigInt(`0x${node.serialNumber}`).toString(),
    sha1Fingerprint: createHash("sha1").update(der).digest("hex"),
    signatureAlgorithm: SIGNATURES[signatureAlgorithm.algorithm] ?? "",
    subject: nameText(tbs.subject),
    version: tbs.version + 1,
  };
}

/** RFC 2253: the last name first. */
function nameText(name: Name): string {
  return [...name]
    .reverse()
    .map((set) =>
      [...set].map(({ type, value }) => `${SHORT_NAMES[type] ?? type}=${escapeName(value.toString())}`).join("+"),
    )
    .join(",");
}

function escapeName(text: string): string {
  return text
    .replace(/[,+"\\<>;]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ");
}

function timeText(time: Date): string {
  return time.toISOString().replace(/\.000Z$/, "Z");
}
