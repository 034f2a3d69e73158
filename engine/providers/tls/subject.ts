import {
  AttributeTypeAndValue,
  AttributeValue,
  GeneralName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
} from "@peculiar/asn1-x509";
import type { PropertyMap, PropertyValue } from "../../values.js";

/** The subject's fields in the order in which Go, and so the vendor, writes them, with their object identifiers. */
const ATTRIBUTES: [key: string, oid: string][] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** A distinguished name; missing and empty fields are left out. */
export function distinguishedName(subject: PropertyValue | undefined): Name {
  const given = (subject ?? {}) as PropertyMap;
  const sets = ATTRIBUTES.flatMap(([key, type]) => {
    const texts = [given[key] ?? []].flat().filter((text): text is string => typeof text === "string" && text !== "");
    if (texts.length === 0) return [];
    return [
      new RelativeDistinguishedName(texts.map((text) => new AttributeTypeAndValue({ type, value: encode(key, text) }))),
    ];
  });
  return new Name(sets);
}

function encode(key: string, text: string): AttributeValue {
  if (key === "emailAddress" && /^[\x20-\x7e]*$/.test(text)) return new AttributeValue({ ia5String: text });
  return new AttributeValue(PRINTABLE.test(text) ? { printableString: text } : { utf8String: text });
}

/** Who the certificate is for, besides its subject; undefined if nobody. */
export function alternativeNames(inputs: PropertyMap): SubjectAlternativeName | undefined {
  const list = (key: string) => (inputs[key] as string[] | undefined) ?? [];
  const names = [
    ...list("dnsNames").map((dNSName) => new GeneralName({ dNSName })),
    ...list("ipAddresses").map((iPAddress) => new GeneralName({ iPAddress })),
    ...list("uris").map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
  ];
  return names.length > 0 ? new SubjectAlternativeName(names) : undefined;
}
