import { isIP } from "node:net";
import type { PropertyValue } from "../../values.js";
import type { Field, Fields } from "../shared/fields.js";

const text = { type: "string" } as const;

/** What SelfSignedCert and CertRequest ask of the subject. */
export const subjectFields: Fields = {
  subject: {
    type: "object",
    fields: {
      commonName: text,
      country: text,
      emailAddress: text,
      locality: text,
      organization: text,
      organizationalUnit: text,
      postalCode: text,
      province: text,
      serialNumber: text,
      streetAddresses: { type: "strings" },
    },
  },
  dnsNames: each((name) => (/^[\x21-\x7e]+$/.test(name) ? undefined : "is no DNS name: write it in ASCII (punycode)")),
  ipAddresses: each((address) => (isIP(address) ? undefined : "is no IP address")),
  uris: each((uri) => (URL.canParse(uri) ? undefined : "is no URI: begin with a scheme, spiffe://…")),
};

function each(fault: (item: string) => string | undefined): Field {
  return {
    type: "strings",
    validate(value: PropertyValue) {
      for (const item of value as string[]) {
        const reason = fault(item);
        if (reason) return `${JSON.stringify(item)} ${reason}`;
      }
      return undefined;
    },
  };
}
