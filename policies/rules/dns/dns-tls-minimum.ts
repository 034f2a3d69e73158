import { isUnknown, type Stack, type StackRule } from "../../rule.js";
import type { Placed } from "../_values.js";
import { settingsNamed, withoutSetting } from "./_settings.js";

const SETTING = "min_tls_version";
const SSL_POLICIES = ["gcp:compute/sSLPolicy:SSLPolicy", "gcp:compute/regionSslPolicy:RegionSslPolicy"];

export const rule: StackRule = {
  id: "dns-tls-minimum",
  title: "What is served at the edge takes TLS 1.2 at least",
  severity: "medium",
  benchmarks: ["Prowler zone_min_tls_version_secure", "GCP-0039", "CKV_GCP_4"],
  why: "Cloudflare and Google's load balancers take TLS 1.0 unless they are told otherwise, whose ciphers are broken.",
  fix: 'Cloudflare: a ZoneSetting min_tls_version of "1.2" for the zone; GCP: minTlsVersion TLS_1_2 of the SSL policy',
  settings: {
    minimum: { type: "string", default: "1.2", description: "Oldest version that is taken: 1.2 or 1.3." },
  },
  checkStack(stack, { minimum }) {
    const isOld = (version: unknown) => !(Number(version) >= Number(minimum));
    return [
      ...settingsNamed(stack, SETTING).flatMap(({ resource, value }) => judged(resource.urn, value, isOld)),
      ...withoutSetting(stack, SETTING, `it has no ZoneSetting ${SETTING}, so it takes TLS 1.0`),
      ...policiesOf(stack).flatMap(({ urn, value }) =>
        judged(urn, value, (version) => isOld(/^TLS_(\d)_(\d)$/.exec(String(version))?.slice(1).join(".") ?? "1.0")),
      ),
    ];
  },
};

const policiesOf = ({ resources }: Stack) =>
  resources
    .filter(({ type }) => SSL_POLICIES.includes(type))
    .map(({ urn, props }) => ({ urn, value: props.minTlsVersion as unknown }));

function judged(urn: string, value: unknown, isOld: (value: unknown) => boolean): Placed[] {
  if (isUnknown(value)) return [{ urn, unknown: "its version is known only later" }];
  return isOld(value) ? [{ urn, breach: "it takes older versions of TLS" }] : [];
}
