import { isUnknown, type StackRule } from "../../rule.js";
import type { Placed } from "../_values.js";
import { settingsNamed, withoutSetting } from "./_settings.js";

/** Modes in which Cloudflare checks the certificate of the machine behind it. */
const STRICT = ["strict", "origin_pull"];

export const rule: StackRule = {
  id: "dns-tls-strict",
  title: "Cloudflare checks the certificates of the machines behind it",
  severity: "high",
  benchmarks: ["Prowler zone_ssl_strict"],
  why: "In the modes off, flexible and full, whoever is between Cloudflare and the machine reads and changes all traffic, unseen.",
  fix: "a ZoneSetting ssl of \"strict\" for the zone; the machine's proxy needs a certificate of an authority or of Cloudflare's origin CA",
  checkStack: (stack) => [
    ...settingsNamed(stack, "ssl").flatMap(({ resource: { urn }, value }): Placed[] => {
      if (isUnknown(value)) return [{ urn, unknown: "its mode is known only later", path: "value" }];
      return STRICT.includes(String(value)) ? [] : [{ urn, breach: `its mode is ${value}`, path: "value" }];
    }),
    ...withoutSetting(stack, "ssl", "it has no ZoneSetting ssl, so nothing says that certificates are checked"),
  ],
};
