import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const AZURE = "azure-native:dbforpostgresql:Configuration";
const CLASSIC = "azure:postgresql/flexibleServerConfiguration:FlexibleServerConfiguration";
const sql = (sslMode?: unknown) => ({ settings: { ipConfiguration: { sslMode } } });
const azure = (value: unknown) => ({ configurationName: "require_secure_transport", value });

export const samples: Samples = {
  passing: [
    { name: "gcp, encrypted", props: sql("ENCRYPTED_ONLY") },
    { name: "gcp, with certificates of clients", props: sql("TRUSTED_CLIENT_CERTIFICATE_REQUIRED") },
    { name: "azure, on", type: AZURE, props: azure("on") },
    { name: "azure, another setting", type: AZURE, props: { configurationName: "azure.extensions", value: "VECTOR" } },
    { name: "azure classic, on", type: CLASSIC, props: { name: "require_secure_transport", value: "ON" } },
  ],
  failing: [
    { name: "gcp, nothing said", props: { settings: {} }, says: "without TLS" },
    { name: "gcp, either", props: sql("ALLOW_UNENCRYPTED_AND_ENCRYPTED") },
    { name: "azure, off", type: AZURE, props: azure("off") },
    {
      name: "azure, off, older API",
      type: "azure-native:dbforpostgresql/v20240801:Configuration",
      props: azure("OFF"),
    },
    { name: "azure classic, off", type: CLASSIC, props: { name: "require_secure_transport", value: "off" } },
  ],
  unknown: [
    { name: "gcp, later", props: sql(UNKNOWN) },
    { name: "gcp, settings later", props: { settings: UNKNOWN } },
    { name: "azure, value later", type: AZURE, props: azure(UNKNOWN) },
    { name: "azure, which setting later", type: AZURE, props: { configurationName: UNKNOWN, value: "off" } },
  ],
};
