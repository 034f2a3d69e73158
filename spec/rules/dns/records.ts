import { relativeName, zoneOf } from "../../dns.js";
import type { Path } from "../../fleet.js";
import type { Draft, Drafts } from "../../read.js";
import { edgeOf, hostOf, serviceHostOf } from "../../resolve.js";
import type { RecordType } from "../../schema/dns.js";
import { isIpv4 } from "../../schema/fields.js";
import { hasPublicAddress } from "../../schema/machines.js";
import { dotted, type Rule } from "../rule.js";
import { recordFaults } from "./values.js";

/** Each record by itself. */
export const validRecords: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.dns) {
    for (const [name, record] of Object.entries(keys.records ?? {})) {
      const at = [...path, "records", name];
      if (name === "apex")
        report({ path: at, at: "key", message: "apex is the record of the zone's own apex: name it otherwise" });
      for (const { key, ...fault } of recordFaults(record, keys)) report({ path: [...at, key], ...fault });
    }
  }
};

/** A record of a zone, declared or derived. */
interface Known {
  name: string;
  type: RecordType;
  value?: string;
  path: Path;
  /** It stands for something that has one address: no second one may be beside it. */
  single: boolean;
}

/** No two records say the same, or exclude each other. */
export const recordClashes: Rule = (drafts, report) => {
  for (const zone of drafts.dns) {
    const known: Known[] = [...apexOf(zone), ...derivedIn(zone, drafts)];
    for (const one of known) {
      const first = known.slice(0, known.indexOf(one)).find((other) => excludes(other, one));
      if (first) report({ path: one.path, message: `gives ${said(one)}, and ${dotted(first.path)} does so already` });
    }
    for (const [key, { name, type, value }] of Object.entries(zone.keys.records ?? {})) {
      const record = { name, type, value, path: [...zone.path, "records", key], single: false };
      const first = known.find((other) => excludes(other, record));
      if (first) {
        report({
          path: [...record.path, "name"],
          message: `${said(record)} does not go with ${said(first)}, which is there by ${dotted(first.path)}`,
        });
      } else known.push(record);
    }
  }
};

const said = ({ name, type }: Known) => `the ${type} record ${name}`;

function apexOf({ path, keys: { apex } }: Draft<"dns">): Known[] {
  if (apex === undefined) return [];
  return [{ name: "@", type: isIpv4(apex) ? "A" : "CNAME", value: apex, path: [...path, "apex"], single: true }];
}

/** The host names of a stack that get a record in a zone. */
export function derivedIn(zone: Draft<"dns">, drafts: Drafts): Known[] {
  const zones = drafts.dns.flatMap(({ name, keys: { domain } }) => (domain === undefined ? [] : [{ name, domain }]));
  const { domain } = zone.keys;
  if (domain === undefined) return [];
  const hosts = [
    ...drafts.agents.map((agent) => ({ host: hostOf(agent, drafts), entry: agent })),
    ...drafts.services.map((service) => ({ host: serviceHostOf(service), entry: service })),
  ];
  return hosts.flatMap(({ host, entry: { path, keys } }): Known[] => {
    if (host === undefined || zoneOf(host, zones)?.name !== zone.name) return [];
    const edge = edgeOf(keys.machine, drafts);
    const machine = drafts.machines.find(({ name }) => name === keys.machine);
    if (!edge || edge.keys.bind === "127.0.0.1" || !machine || !hasPublicAddress(machine.keys)) return [];
    return [{ name: relativeName(host, domain), type: "A", path: [...path, "host"], single: true }];
  });
}

function excludes(a: Known, b: Known): boolean {
  if (a.name !== b.name) return false;
  if (a.type === b.type) return a.type === "CNAME" || a.single || b.single || a.value === b.value;
  if (a.type !== "CNAME" && b.type !== "CNAME") return false;
  // The domain itself always has records of other types: there a CNAME is flattened, and stands for the addresses only.
  return a.name !== "@" || [a, b].some(({ type }) => type === "A" || type === "AAAA");
}
