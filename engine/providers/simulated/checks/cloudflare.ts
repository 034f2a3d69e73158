import { type Refusal, textOf, type Vendor } from "./account.js";

const ZONE = "cloudflare:index/zone:Zone";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
/** The vendor's ids. */
const ID = /^[0-9a-f]{32}$/;
/** Records that lead a name somewhere: there is one CNAME to a name, and nothing beside it. */
const ADDRESSES = ["A", "AAAA", "CNAME"];

/** The numbers are Cloudflare's own: https://developers.cloudflare.com/fundamentals/api/reference/ */
export const cloudflare: Vendor = {
  name: "Cloudflare",
  refuses(type, inputs, held): Refusal | undefined {
    const same = held.filter((object) => object.type === type).map((object) => object.inputs);
    if (type === ZONE) {
      if (!same.some(({ name }) => name === inputs.name)) return undefined;
      return {
        message: `400 ${textOf(inputs.name)} already exists (1061)`,
        fix: "make the zone in one stack, and take it from that one by shared; or write its zoneId",
      };
    }
    if (type !== RECORD) return undefined;
    const zone = textOf(inputs.zoneId);
    if (!ID.test(zone)) {
      return {
        message: `404 Could not route to /zones/${zone}/dns_records, perhaps your object identifier is invalid? (7003)`,
        fix: "write the zone's id, 32 hexadecimal digits, as its overview page shows it",
      };
    }
    const beside = same.filter((other) => other.zoneId === inputs.zoneId && other.name === inputs.name);
    if (beside.some((other) => other.type === inputs.type && other.content === inputs.content))
      return { message: "400 An identical record already exists. (81058)", fix: "leave one of them out" };
    const clash = beside.some(
      (other) =>
        (other.type === "CNAME" && ADDRESSES.includes(textOf(inputs.type))) ||
        (inputs.type === "CNAME" && ADDRESSES.includes(textOf(other.type))),
    );
    if (!clash) return undefined;
    return {
      message: "400 An A, AAAA, or CNAME record with that host already exists. (81053)",
      fix: `leave all but one of the records of ${textOf(inputs.name)} out`,
    };
  },
  id: (_type, _inputs, hash) => hash.slice(0, 32),
  output: () => undefined,
};
