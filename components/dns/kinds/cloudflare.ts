import { DnsRecord, type DnsRecordArgs } from "@pulumi/cloudflare/dnsRecord.js";
import { Zone as CloudflareZoneResource } from "@pulumi/cloudflare/zone.js";
import * as pulumi from "@pulumi/pulumi";
import { caaParts, type SharedZone } from "../../../spec/index.js";
import { transformed } from "../../transform.js";
import {
  isMadeHere,
  recordOptions,
  sharedZone,
  type Zone,
  type ZoneArgs,
  type ZoneRecord,
  zoneOptions,
} from "../zone.js";

/** Time to live of what Cloudflare serves itself: 1 stands for its own. */
const AUTOMATIC = 1;

/** A zone at Cloudflare, which knows it by an id. Names of its records are whole. */
export default class CloudflareZone extends pulumi.ComponentResource implements Zone {
  readonly shareable: pulumi.Output<SharedZone>;
  readonly nodes: Record<string, pulumi.Resource> = {};

  constructor(name: string, args: ZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:dns:CloudflareZone", name, {}, opts);
    const { spec, shared, records } = args;
    const transform = args.transform?.cloudflare;
    let zoneId: pulumi.Input<string> = shared ? sharedZone(spec, shared).zoneId : (spec.zoneId ?? "");
    if (isMadeHere(spec)) {
      const zone = new CloudflareZoneResource(
        ...transformed(
          transform?.zone,
          `${name}-${spec.domain}`,
          { name: spec.domain, account: { id: spec.accountId! }, type: "full" },
          zoneOptions(this),
        ),
      );
      this.nodes.zone = zone;
      zoneId = zone.id;
    }
    for (const record of records) {
      this.nodes[record.key] = new DnsRecord(
        ...transformed(
          transform?.record,
          `${name}-${record.key}`,
          {
            zoneId,
            name: record.name === "@" ? spec.domain : `${record.name}.${spec.domain}`,
            type: record.type,
            ttl: record.proxied ? AUTOMATIC : record.ttl,
            ...dataOfService(record),
          },
          recordOptions(this),
        ),
      );
    }
    this.shareable = pulumi
      .output(zoneId)
      .apply((zoneId) => ({ provider: "cloudflare" as const, domain: spec.domain, zoneId }));
    this.registerOutputs({ shareable: this.shareable });
  }
}

/** A host name without a dot at its end, which Cloudflare takes off and then finds changed. */
const bare = (host: string) => host.replace(/\.$/, "");

/** What a record says, in Cloudflare's fields. */
function dataOfService({
  type,
  value,
  priority,
  proxied,
}: ZoneRecord): Omit<DnsRecordArgs, "zoneId" | "name" | "type" | "ttl"> {
  switch (type) {
    case "A":
    case "AAAA":
      return { content: value, proxied };
    case "CNAME":
      return { content: pulumi.output(value).apply(bare), proxied };
    case "MX":
      return { content: pulumi.output(value).apply(bare), priority: priority! };
    case "SRV": {
      const [weight, port, target] = String(value).split(" ");
      const data = { priority: priority!, weight: Number(weight), port: Number(port), target: bare(target!) };
      return { data, priority: priority! };
    }
    case "CAA": {
      const { flags, tag, rest } = caaParts(String(value));
      return { data: { flags: Number(flags), tag, value: rest } };
    }
    default:
      return { content: value };
  }
}
