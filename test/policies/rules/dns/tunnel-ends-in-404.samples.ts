import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const LAST = { service: "http_status:404" };
const APP = { hostname: "app.example.com", service: "http://app:8080" };
const of = (...ingresses: unknown[]) => ({ tunnelId: "t", config: { ingresses } });

export const samples: Samples = {
  passing: [
    { name: "404", props: of(APP, LAST) },
    { name: "503", props: of(APP, { service: "http_status:503" }) },
    { name: "private networks only", props: { tunnelId: "t", config: { warpRouting: { enabled: true } } } },
  ],
  failing: [
    { name: "none", props: of(APP), says: "leads to a service", remedied: { config: { ingresses: [APP, LAST] } } },
    { name: "service for all", props: of(APP, { service: "http://app:8080" }) },
    {
      name: "404 for one name",
      props: of(APP, { hostname: "x.example.com", ...LAST }),
      says: "only some names",
      remedied: { config: { ingresses: [APP, { hostname: "x.example.com", ...LAST }, LAST] } },
    },
    { name: "404 for a path", props: of(APP, { path: "/x", ...LAST }) },
  ],
  unknown: [
    { name: "config later", props: { tunnelId: "t", config: UNKNOWN } },
    { name: "rules later", props: { tunnelId: "t", config: { ingresses: UNKNOWN } } },
    { name: "last rule later", props: of(APP, UNKNOWN) },
    { name: "last service later", props: of(APP, { service: UNKNOWN }) },
    { name: "last name later", props: of(APP, { ...LAST, hostname: UNKNOWN }) },
  ],
};
