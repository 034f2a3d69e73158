import { DnsRecord, type DnsRecordArgs } from "@pulumi/digitalocean/dnsRecord.js";
import { Domain } from "@pulumi/digitalocean/domain.js";
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

/** A zone at DigitalOcean, which knows it by its domain. */
export default class DigitalOceanZone extends pulumi.ComponentResource implements Zone {
  readonly shareable: pulumi.Output<SharedZone>;
  readonly nodes: Record<string, pulumi.Resource> = {};

  constructor(name: string, args: ZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:dns:DigitalOceanZone", name, {}, opts);
    const { spec, shared, records } = args;
    const transform = args.transform?.digitalocean;
    let domain: pulumi.Input<string> = shared ? sharedZone(spec, shared).domain : spec.domain;
    if (isMadeHere(spec)) {
      const zone = new Domain(
        ...transformed(transform?.zone, `${name}-${spec.domain}`, { name: spec.domain }, zoneOptions(this)),
      );
      this.nodes.zone = zone;
      domain = zone.name;
    }
    for (const record of records) {
      this.nodes[record.key] = new DnsRecord(
        ...transformed(
          transform?.record,
          `${name}-${record.key}`,
          { domain, name: record.name, type: record.type, ttl: record.ttl, ...dataOfService(record) },
          recordOptions(this),
        ),
      );
    }
    this.shareable = pulumi
      .output(domain)
      .apply((zoneId) => ({ provider: "digitalocean" as const, domain: spec.domain, zoneId }));
    this.registerOutputs({ shareable: this.shareable });
  }
}

/** A name from the root on, as DigitalOcean has it: without the dot it would be one below the domain. */
const fromRoot = (host: string) => (host.endsWith(".") ? host : `${host}.`);

/** What a record says, in DigitalOcean's fields. */
function dataOfService({ type, value, priority }: ZoneRecord): Omit<DnsRecordArgs, "domain" | "type"> {
  switch (type) {
    case "CNAME":
      return { value: pulumi.output(value).apply(fromRoot) };
    case "MX":
      return { value: pulumi.output(value).apply(fromRoot), priority: priority! };
    case "SRV": {
      const [weight, port, target] = String(value).split(" ");
      return { value: fromRoot(target!), priority: priority!, weight: Number(weight), port: Number(port) };
    }
    case "CAA": {
      const { flags, tag, rest } = caaParts(String(value));
      return { value: tag === "iodef" ? rest : fromRoot(rest), flags: Number(flags), tag };
    }
    default:
      return { value };
  }
}
