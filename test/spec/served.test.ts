import { describe, expect, it } from "vitest";
import { type FleetSpec, hostsInZone, readStackText, type ServiceSpec, servedHosts } from "../../spec/index.js";
import { readSections } from "../../spec/read.js";
import { edgeServesServices, hostClashes, hostsNeedAnEdge } from "../../spec/rules/hosts.js";

const BASE = `config:
  fleet:dns:
    team: { provider: digitalocean, domain: team.example.com, existing: true }
  fleet:machines:
    alpha:
      on: existing
      docker: ssh://fleet@alpha.example.org
      hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1
      address: 203.0.113.7
  fleet:edge:
    front: { machine: alpha, proxy: caddy-native, domain: team.example.com, email: ops@example.com }
  fleet:agents:
    ada: { machine: alpha, runtime: container, image: "a:1", port: 18800, host: ada.team.example.com }
    box: { machine: alpha, runtime: container, image: "a:1" }
  fleet:services:
    crm: { kind: build-service, machine: alpha, image: "b:1", port: 3100 }
    inner: { kind: build-service, machine: alpha, image: "b:1", port: 3200 }
`;
const HOST = "crm-alpha.team.example.com";

/** The base, whose service `crm` is of a kind that has a host name. */
function withHost(): FleetSpec {
  const { spec } = readStackText("test", BASE, "fleet");
  const crm = { ...spec!.services.crm!, host: HOST } as ServiceSpec;
  return { ...spec!, services: { ...spec!.services, crm } };
}

describe("what an edge serves", () => {
  it("is every agent and service with a host name", () => {
    expect(servedHosts(withHost())).toEqual([
      { host: "ada.team.example.com", entry: ["agents", "ada"], machine: "alpha", edge: "front", port: 18800 },
      { host: HOST, entry: ["services", "crm"], machine: "alpha", edge: "front", port: 3100 },
    ]);
  });

  it("gets a record in its zone", () => {
    const spec = withHost();
    expect(hostsInZone(spec, spec.dns.team!).map(({ host }) => host)).toEqual(["ada.team.example.com", HOST]);
  });
});

describe("a service's host name", () => {
  /** What the rules say of a service with a host name, on a machine with an edge or with none. */
  function faults(host: string, edge: object | undefined) {
    const found: string[] = [];
    const agents = { ada: { machine: "here", runtime: "claw", image: "a:1", host: "ada.example.org" } };
    const services = { crm: { kind: "build-service", machine: "here", image: "b:1" } };
    const raw = { machines: { here: { on: "docker" } }, agents, services, ...(edge && { edge: { front: edge } }) };
    const drafts = readSections("test", raw, []);
    Object.assign(drafts.services[0]!.keys, { host });
    for (const rule of [hostClashes, hostsNeedAnEdge, edgeServesServices])
      rule(drafts, ({ path, message }) => found.push(`${path.join(".")}: ${message}`));
    return found.filter((fault) => !fault.startsWith("agents"));
  }
  const caddy = { machine: "here", image: "c:1", domain: "example.org" };
  const traefik = { ...caddy, proxy: "traefik", network: "net", email: "ops@example.org" };

  it("is its own, in front of it is an edge, and that is Caddy", () => {
    expect(faults("crm.example.org", caddy)).toEqual([]);
    expect(faults("ada.example.org", caddy)).toEqual([
      "services.crm.host: host ada.example.org is already that of agents.ada.host",
    ]);
    expect(faults("crm.example.org", undefined)).toEqual([
      "services.crm.host: no edge serves machine here: declare one in fleet:edge, or leave host out",
    ]);
    expect(faults("crm.example.org", traefik)).toEqual([
      "services.crm.host: services are served by Caddy only, and edge.front is Traefik: leave host out, or change the proxy there",
    ]);
  });
});
