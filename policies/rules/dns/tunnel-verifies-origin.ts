import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";
import { TUNNEL_CONFIG } from "./_tunnels.js";

export const rule: ResourceRule = {
  id: "tunnel-verifies-origin",
  title: "Tunnels check the certificates of what they lead to",
  severity: "medium",
  benchmarks: [],
  why: "With noTlsVerify, whoever answers at the address behind the tunnel is taken for the service.",
  fix: "take noTlsVerify out; for a certificate of your own set originRequest.caPool and originServerName",
  types: [TUNNEL_CONFIG],
  check: ({ props }) =>
    breachesFirst([
      ...ofRequest(valueAt(props, "config.originRequest.noTlsVerify"), "config.originRequest.noTlsVerify"),
      ...elementsAt(props, "config.ingresses").flatMap(({ value, path }) =>
        isUnknown(value)
          ? [later(path)]
          : ofRequest(valueAt(value, "originRequest.noTlsVerify"), `${path}.originRequest.noTlsVerify`),
      ),
    ]),
};

function ofRequest(value: unknown, path: string): Verdict[] {
  if (isUnknown(value)) return [later(path)];
  return value === true ? [{ breach: "it does not check the certificate of what it leads to", path }] : [];
}
