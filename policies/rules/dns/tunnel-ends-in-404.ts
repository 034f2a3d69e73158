import { isUnknown, type ResourceRule } from "../../rule.js";
import { elementsAt, later } from "../_values.js";
import { TUNNEL_CONFIG } from "./_tunnels.js";

const AT = "config.ingresses";

export const rule: ResourceRule = {
  id: "tunnel-ends-in-404",
  title: "A tunnel's ingress ends in a catch-all 404",
  severity: "medium",
  benchmarks: [],
  why:
    "What no other rule takes goes to the last one. If that leads to a service, every name that anybody points at the tunnel reaches it; " +
    "if there is none, Cloudflare refuses the configuration.",
  fix: "end config.ingresses with { service: http_status:404 }, without hostname and path",
  types: [TUNNEL_CONFIG],
  check({ props }) {
    const rules = elementsAt(props, AT);
    if (isUnknown(props.config)) return [later("config")];
    const last = rules.at(-1);
    // A tunnel for private networks has none.
    if (last === undefined) return [];
    if (isUnknown(last.value)) return [later(last.path)];
    const { hostname, path, service } = last.value;
    if (isUnknown(service)) return [later(`${last.path}.service`)];
    if (!/^http_status:[45]\d\d$/.test(service ?? "")) {
      return [{ breach: "its last ingress rule leads to a service", path: last.path }];
    }
    if (isUnknown(hostname) || isUnknown(path)) return [later(last.path)];
    return isAny(hostname) && isAny(path)
      ? []
      : [{ breach: "its last ingress rule takes only some names", path: last.path }];
  },
  // Without a catch-all nothing works, so there is nothing that the added rule could take away.
  remedy({ props }) {
    const rules = elementsAt(props, AT).map(({ value }) => value);
    const last = rules.at(-1);
    if (last === undefined || isUnknown(last) || isAny(last.hostname)) return undefined;
    return { ...props, config: { ...props.config, ingresses: [...rules, { service: "http_status:404" }] } };
  },
};

const isAny = (value: unknown) => value === undefined || value === null || value === "" || value === "*";
