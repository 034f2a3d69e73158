import type { Props } from "../../../../policies/rule.js";

/** Resources that samples of zones are made of. */
export interface Made {
  name: string;
  type: string;
  props: Props;
  dependsOn?: string[];
}

const made =
  (type: string) =>
  (props: Props, name: string, dependsOn: string[] = []): Made => ({ name, type, props, dependsOn });

export const cloudflareZone = made("cloudflare:index/zone:Zone");
export const cloudflareRecord = made("cloudflare:index/dnsRecord:DnsRecord");
export const zoneSetting = made("cloudflare:index/zoneSetting:ZoneSetting");
export const digitalOceanZone = made("digitalocean:index/domain:Domain");
export const digitalOceanRecord = made("digitalocean:index/dnsRecord:DnsRecord");
export const gcpZone = made("gcp:dns/managedZone:ManagedZone");
export const gcpRecord = made("gcp:dns/recordSet:RecordSet");
export const azureZone = made("azure-native:dns:Zone");
export const azureRecord = made("azure-native:dns:RecordSet");
/** Before DNS had a module of its own. */
export const oldAzureZone = made("azure-native:network/v20180501:Zone");
