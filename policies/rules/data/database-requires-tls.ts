import { isUnknown, type ResourceRule } from "../../rule.js";
import { plainType } from "../_types.js";
import { demand, later } from "../_values.js";
import { GCP_DATABASE } from "./_stateful.js";

const AZURE_SETTING = "azure-native:dbforpostgresql:Configuration";
const CLASSIC_SETTING = "azure:postgresql/flexibleServerConfiguration:FlexibleServerConfiguration";
const KEY = "require_secure_transport";
const MODES = ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"];

/** No remedy: a client that comes without TLS would be cut off. DigitalOcean takes no connection without TLS. */
export const rule: ResourceRule = {
  id: "database-requires-tls",
  title: "Managed databases take encrypted connections only",
  severity: "high",
  benchmarks: ["CIS GCP 4.0 6.4", "CKV_GCP_6", "GCP-0015", "CKV_AZURE_29", "AZU-0020"],
  why: "A client that falls back to a connection in clear sends passwords and rows past everybody on the way.",
  fix: 'GCP: settings.ipConfiguration.sslMode ENCRYPTED_ONLY; Azure: leave require_secure_transport at "on"',
  types: [GCP_DATABASE, AZURE_SETTING, CLASSIC_SETTING],
  check({ type, props }) {
    if (plainType(type) === GCP_DATABASE) {
      return demand(
        props,
        "settings.ipConfiguration.sslMode",
        (value) => MODES.includes(value),
        "it takes connections without TLS",
      );
    }
    const [key, name] =
      type === CLASSIC_SETTING ? ["name", props.name] : ["configurationName", props.configurationName];
    if (isUnknown(name)) return [later(key!)];
    if (String(name ?? "").toLowerCase() !== KEY) return [];
    return demand(props, "value", (value) => String(value).toLowerCase() === "on", "it takes connections without TLS");
  },
};
