import type * as cloudflare from "@pulumi/cloudflare";
import type * as digitalocean from "@pulumi/digitalocean";
import * as pulumi from "@pulumi/pulumi";
import {
  type DnsSpec,
  isIpv4,
  type RecordType,
  relativeName,
  type ServedHost,
  type SharedZone,
} from "../../spec/index.js";
import { loadKind } from "../modules.js";
import type { Transform } from "../transform.js";

/** One record of a zone. */
export interface ZoneRecord {
  /** Ends the resource's name: what the record is for, so that it stays the same one whatever it says. */
  key: string;
  /** Relative to the domain; `@` for the domain itself. */
  name: string;
  type: RecordType;
  value: pulumi.Input<string>;
  ttl: number;
  priority?: number;
  proxied: boolean;
}

export interface ZoneArgs {
  spec: DnsSpec;
  /** What the stack that has made the zone says of it; undefined for one that is made here, or was there before. */
  shared?: pulumi.Output<SharedZone>;
  records: ZoneRecord[];
  transform?: ZoneTransforms;
}

/** Adjustments of a zone's children, in the words of its provider. */
export interface ZoneTransforms {
  digitalocean?: { zone?: Transform<digitalocean.DomainArgs>; record?: Transform<digitalocean.DnsRecordArgs> };
  cloudflare?: { zone?: Transform<cloudflare.ZoneArgs>; record?: Transform<cloudflare.DnsRecordArgs> };
}

/** A DNS zone, or this stack's records in one. */
export interface Zone extends pulumi.ComponentResource {
  /** What other stacks are told. */
  readonly shareable: pulumi.Output<SharedZone>;
  /** Records by their keys, and `zone` where it is made here. */
  readonly nodes: Record<string, pulumi.Resource>;
}

export type ZoneKind = new (name: string, args: ZoneArgs, opts?: pulumi.ComponentResourceOptions) => Zone;

/** Whoever serves the zone: the provider that `provider:` names. */
export const loadZoneKind = (provider: DnsSpec["provider"]) => loadKind<ZoneKind>(import.meta.url, "kinds", provider);

/**
 * The records of a zone: those of what an edge serves on a machine with a public address, the apex, and those that are declared.
 *
 * @param addressOf a machine's public address; undefined where nobody knows one: then its hosts get no records.
 */
export function zoneRecords(
  { domain, ttl, apex, records }: DnsSpec,
  hosts: ServedHost[],
  addressOf: (machine: string) => pulumi.Output<string> | undefined,
): ZoneRecord[] {
  const derived = hosts.flatMap(({ host, machine }): ZoneRecord[] => {
    const value = addressOf(machine);
    return value === undefined
      ? []
      : [{ key: host, name: relativeName(host, domain), type: "A", value, ttl, proxied: false }];
  });
  const ofApex: ZoneRecord[] =
    apex === undefined
      ? []
      : [{ key: "apex", name: "@", type: isIpv4(apex) ? "A" : "CNAME", value: apex, ttl, proxied: false }];
  return [...derived, ...ofApex, ...Object.entries(records).map(([key, record]) => ({ key, ...record }))];
}

/** Whether this stack makes the zone. */
export const isMadeHere = ({ shared, existing, zoneId }: DnsSpec) =>
  shared === undefined && !existing && zoneId === undefined;

/** A zone of another stack, which has to be the one that is meant. */
export function sharedZone({ name, provider, domain }: DnsSpec, shared: pulumi.Output<SharedZone>) {
  return shared.apply((zone) => {
    if (zone.provider === provider && zone.domain === domain) return zone;
    throw new pulumi.RunError(
      `fleet:dns.${name} is ${domain} at ${provider}, and the other stack's zone is ${zone.domain} at ${zone.provider}: write the same here`,
    );
  });
}

/**
 * Options of a zone that is made here. It holds what others have put into it and what the world remembers, so no change deletes it:
 * it outlives its resource. Its resource's name has the domain, so that another domain is another zone, and no replacement.
 */
export const zoneOptions = (parent: pulumi.Resource): pulumi.CustomResourceOptions => ({
  parent,
  retainOnDelete: true,
});

/**
 * Options of a record. Providers refuse a second record where one excludes the other, such as a CNAME beside an address: what is
 * replaced goes first.
 */
export const recordOptions = (parent: pulumi.Resource): pulumi.CustomResourceOptions => ({
  parent,
  deleteBeforeReplace: true,
});
