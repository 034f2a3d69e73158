import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const container = "docker:index/container:Container";
const settings = { registries: ["ghcr.io/acme", "docker.io/library/"] };

export const samples: Samples = {
  passing: [
    { name: "Docker's own", props: { name: "caddy:2.10" } },
    { name: "of Docker Hub", props: { name: "twentycrm/twenty:v1.16.0" } },
    { name: "of GitHub", props: { name: "ghcr.io/openclaw/openclaw:2026.2.22" } },
    { name: "as our components build it", props: { name: "fleet.local/openclaw:b9efc4e14b1339e2" } },
    { name: "built", props: { name: "registry.example.org/acme/agent:1", build: { context: "." } } },
    { name: "a container by the image's id", type: container, props: { image: `sha256:${"0f".repeat(32)}` } },
    { name: "of a list of one's own", props: { name: "ghcr.io/acme/agent:1" }, settings },
    { name: "Docker's own, of a list of one's own", props: { name: "caddy:2.10" }, settings },
  ],
  failing: [
    {
      name: "of a registry of anybody's",
      props: { name: "registry.example.org/acme/agent:1" },
      says: "of registry.example.org",
    },
    { name: "mistyped", props: { name: "ghcr.oi/openclaw/openclaw:2026.2.22" } },
    { name: "by an address", type: container, props: { image: "10.0.0.4:5000/agent:1" }, says: "of 10.0.0.4:5000" },
    { name: "of a namesake", props: { name: "ghcr.io/acme-evil/agent:1" }, settings },
    { name: "of Docker Hub, which the list leaves out", props: { name: "twentycrm/twenty:v1.16.0" }, settings },
  ],
  unknown: [
    { name: "the name", props: { name: UNKNOWN } },
    { name: "a container's", type: container, props: { image: UNKNOWN } },
  ],
};
