import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const of = (originRequest: unknown, all?: unknown) => ({
  config: {
    ingresses: [{ service: "https://app", originRequest }, { service: "http_status:404" }],
    originRequest: all,
  },
});

export const samples: Samples = {
  passing: [
    { name: "nothing said", props: of(undefined) },
    { name: "own authority", props: of({ caPool: "/ca.pem", originServerName: "app" }) },
    { name: "said", props: of({ noTlsVerify: false }) },
  ],
  failing: [
    { name: "one service", props: of({ noTlsVerify: true }), says: "does not check the certificate" },
    { name: "all services", props: of(undefined, { noTlsVerify: true }) },
    { name: "one of two is later", props: of({ noTlsVerify: UNKNOWN }, { noTlsVerify: true }) },
  ],
  unknown: [
    { name: "config later", props: { config: UNKNOWN } },
    { name: "rules later", props: { config: { ingresses: UNKNOWN } } },
    { name: "request later", props: of(UNKNOWN) },
  ],
};
