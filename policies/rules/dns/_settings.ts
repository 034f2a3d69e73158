import { isUnknown, type Stack } from "../../rule.js";
import type { Placed } from "../_values.js";
import { belongsTo, type Resource, recordsOf, zonesOf } from "./_zones.js";

const ZONE_SETTING = "cloudflare:index/zoneSetting:ZoneSetting";

/** A setting of a zone of Cloudflare. `value` may be known only later. */
export interface Setting {
  resource: Resource;
  value: unknown;
}

/** Settings of a name: of zones that the stack makes, and of others. */
export function settingsNamed({ resources }: Stack, name: string): Setting[] {
  return resources
    .filter(({ type, props }) => type === ZONE_SETTING && props.settingId === name)
    .map((resource) => ({ resource, value: resource.props.value }));
}

/**
 * What is said of zones that have no such setting. Only those that the stack makes, with records that Cloudflare serves: its TLS
 * settings count for these alone.
 */
export function withoutSetting(stack: Stack, name: string, breach: string): Placed[] {
  const records = recordsOf(stack);
  const settings = stack.resources.filter(({ type }) => type === ZONE_SETTING);
  return zonesOf(stack)
    .filter(({ provider }) => provider === "cloudflare")
    .flatMap((zone): Placed[] => {
      const { urn } = zone.resource;
      const proxied = records
        .filter(({ resource }) => belongsTo(resource, zone))
        .map(({ resource }) => resource.props.proxied);
      const ids = settings.filter((setting) => belongsTo(setting, zone)).map(({ props }) => props.settingId);
      const isServed = proxied.includes(true);
      if (ids.includes(name) || (!isServed && !proxied.some(isUnknown))) return [];
      return isServed && !ids.some(isUnknown)
        ? [{ urn, breach }]
        : [{ urn, unknown: "which of its records are proxied, or which settings it has, is known only later" }];
    });
}
