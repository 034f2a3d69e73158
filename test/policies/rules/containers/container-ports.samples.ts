import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const port = (port: object) => ({ ports: [{ internal: 8080, protocol: "tcp", ...port }] });
const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    { name: "none", props: { ports: [] } },
    { name: "as our components make it", props: port({ external: 18789, ip: "127.0.0.1" }) },
    { name: "on an address of a private network", props: port({ external: 8080, ip: "10.0.0.2" }) },
    {
      name: "the edge's",
      props: { ports: [80, 443].map((external) => ({ external, internal: 8443, ip: "0.0.0.0" })) },
    },
    { name: "the edge's, with an address known later", props: port({ external: 443, ip: UNKNOWN }) },
    { name: "any free one on loopback", props: port({ ip: "::1" }) },
    {
      name: "in the machine's network, which has a rule of its own",
      props: { networkMode: "host", ...port({ external: 22 }) },
    },
    { name: "public by the settings", props: port({ external: 25, ip: "0.0.0.0" }), settings: { publicPorts: [25] } },
    {
      name: "a service's web port",
      type,
      props: { endpointSpec: { ports: [{ targetPort: 8443, publishedPort: 443 }] } },
    },
  ],
  failing: [
    { name: "no address", props: port({ external: 18789 }), says: "port 18789 is published on every interface" },
    { name: "every address", props: port({ external: 18789, ip: "0.0.0.0" }) },
    { name: "every IPv6 address", props: port({ external: 18789, ip: "::" }) },
    { name: "any free one everywhere", props: port({}), says: "port 8080 of the container" },
    { name: "below 1024", props: port({ external: 22, ip: "127.0.0.1" }), says: "port 22 is below 1024" },
    { name: "below 1024, with an address known later", props: port({ external: 53, ip: UNKNOWN }) },
    { name: "all that the image names", props: { publishAllPorts: true }, says: "every port of its image" },
    { name: "not public any more", props: port({ external: 80, ip: "0.0.0.0" }), settings: { publicPorts: [25] } },
    {
      name: "a service's",
      type,
      props: { endpointSpec: { ports: [{ targetPort: 5432, publishedPort: 5432 }] } },
      says: "each node",
    },
    {
      name: "a service's, any free one",
      type,
      props: { endpointSpec: { ports: [{ targetPort: 5432 }] } },
      says: "that Docker chooses",
    },
  ],
  unknown: [
    { name: "all ports", props: { ports: UNKNOWN } },
    { name: "the address", props: port({ external: 18789, ip: UNKNOWN }), says: "ports[0].ip" },
    { name: "the port, everywhere", props: port({ external: UNKNOWN, ip: "0.0.0.0" }), says: "ports[0].external" },
    { name: "the port, on loopback", props: port({ external: UNKNOWN, ip: "127.0.0.1" }) },
    { name: "whether all are", props: { publishAllPorts: UNKNOWN } },
    { name: "a service's, known later", type, props: { endpointSpec: UNKNOWN } },
  ],
};
