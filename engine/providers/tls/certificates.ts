import { createHash, type KeyObject } from "node:crypto";
import { type CheckFailure, ProviderError } from "../../provider.js";
import type { PropertyMap, PropertyValue } from "../../values.js";
import type { Fields } from "../shared/fields.js";
import type { LocalResource } from "../shared/local-provider.js";
import { USAGES } from "./algorithms.js";
import { algorithmOf, parsePrivateKey } from "./keys.js";
import { pemBytes } from "./pem.js";
import { subjectFields } from "./subject-fields.js";

const HOUR = 3_600_000;

/** Vendors' states of before 4.0 hold a hash in the key's place. */
const privateKeyPem = {
  type: "string",
  required: true,
  validate(value: PropertyValue) {
    try {
      parsePrivateKey(String(value));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
} as const;

const certificateFields: Fields = {
  allowedUses: { type: "strings", required: true, oneOf: USAGES },
  earlyRenewalHours: { type: "integer", default: 0, min: 0, replaces: false },
  isCaCertificate: { type: "boolean", default: false },
  maxPathLength: { type: "integer", min: -1 },
  setSubjectKeyId: { type: "boolean", default: false },
  validityPeriodHours: { type: "integer", required: true, min: 0 },
};

const certificateOutputs = ["certPem", "readyForRenewal", "validityEndTime", "validityStartTime"];

function validateCertificate(inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (inputs.isCaCertificate === false && typeof inputs.maxPathLength === "number" && inputs.maxPathLength >= 0) {
    failures.push({ property: "maxPathLength", reason: "only means something with isCaCertificate: true" });
  }
  return failures;
}

/** True from `earlyRenewalHours` before the end of the validity on. */
function readyForRenewal(outputs: PropertyMap, earlyRenewalHours: PropertyValue | undefined): boolean {
  const end = Date.parse(String(outputs.validityEndTime));
  return !Number.isNaN(end) && Date.now() >= end - Number(earlyRenewalHours ?? 0) * HOUR;
}

/** A certificate that is ready for renewal is replaced at the next run, as the vendor's. */
const renewal = {
  refresh: (outputs: PropertyMap): PropertyMap =>
    readyForRenewal(outputs, outputs.earlyRenewalHours) ? { readyForRenewal: true } : {},
  expired: (outputs: PropertyMap, inputs: PropertyMap): string[] =>
    readyForRenewal(outputs, inputs.earlyRenewalHours) ? ["readyForRenewal"] : [],
};

function keyOf(inputs: PropertyMap, property: string): KeyObject {
  try {
    return parsePrivateKey(String(inputs[property]));
  } catch (error) {
    throw new ProviderError(`${property}: ${(error as Error).message}`);
  }
}

export const selfSignedCertResource: LocalResource = {
  fields: {
    ...certificateFields,
    ...subjectFields,
    privateKeyPem,
    setAuthorityKeyId: { type: "boolean", default: false },
  },
  generated: [...certificateOutputs, "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  validate(inputs) {
    const failures = validateCertificate(inputs);
    if (
      inputs.isCaCertificate === true &&
      Object.keys((inputs.subject as PropertyMap | undefined) ?? {}).length === 0
    ) {
      failures.push({ property: "subject", reason: "a certificate authority needs one, such as { commonName: … }" });
    }
    if (inputs.setAuthorityKeyId === true && inputs.isCaCertificate === false && inputs.setSubjectKeyId === false) {
      failures.push({ property: "setAuthorityKeyId", reason: "needs setSubjectKeyId: true, whose value it repeats" });
    }
    return failures;
  },
  async create(inputs) {
    const key = keyOf(inputs, "privateKeyPem");
    const { selfSigned } = await import("./issue.js");
    const made = await selfSigned(key, inputs);
    return { ...made, outputs: { ...made.outputs, keyAlgorithm: algorithmOf(key) } };
  },
  ...renewal,
};

export const locallySignedCertResource: LocalResource = {
  fields: {
    ...certificateFields,
    caCertPem: { type: "string", required: true },
    caPrivateKeyPem: privateKeyPem,
    certRequestPem: { type: "string", required: true },
  },
  generated: [...certificateOutputs, "caKeyAlgorithm"],
  secrets: ["caPrivateKeyPem"],
  validate: validateCertificate,
  async create(inputs, request) {
    const key = keyOf(inputs, "caPrivateKeyPem");
    const { locallySigned } = await import("./issue.js");
    const made = await locallySigned(key, inputs, (message) => request.report?.(message, "warning"));
    return { ...made, outputs: { ...made.outputs, caKeyAlgorithm: algorithmOf(key) } };
  },
  ...renewal,
};

export const certRequestResource: LocalResource = {
  fields: { ...subjectFields, privateKeyPem },
  generated: ["certRequestPem", "keyAlgorithm"],
  secrets: ["privateKeyPem"],
  async create(inputs) {
    const key = keyOf(inputs, "privateKeyPem");
    const { certificateRequest } = await import("./issue.js");
    const certRequestPem = await certificateRequest(key, inputs);
    const id = createHash("sha1").update(pemBytes(certRequestPem, "CERTIFICATE REQUEST")).digest("hex");
    return { id, outputs: { certRequestPem, keyAlgorithm: algorithmOf(key) } };
  },
};
