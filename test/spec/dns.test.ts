import { describe, expect, it } from "vitest";
import { checkStackText, formatFault, hostsInZone, readStackText } from "../../spec/index.js";

const BASE = `config:
  fleet:shared:
    platform: { stack: platform }
  fleet:dns:
    team: { provider: digitalocean, domain: team.example.com }
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
`;
const UNUSED = "f:3:5: warning: fleet:shared.platform: nothing is taken from this stack";

const messages = (text: string) => checkStackText("test", text, "fleet").map((fault) => formatFault("f", fault));

/** The base with other keys of its zone, on one line. */
const zone = (keys: string) => BASE.replace("provider: digitalocean, domain: team.example.com", keys);
const record = (text: string, provider = "digitalocean") =>
  zone(
    `provider: ${provider}, domain: team.example.com, ${provider === "cloudflare" ? "zoneId: z, " : ""}records: { one: { ${text} } }`,
  );
const AT = "fleet:dns.team";
/** What is said of a zone, without the place. */
const said = (text: string) =>
  messages(text)
    .filter((line) => line !== UNUSED)
    .map((line) => line.replace(/^f:\d+:\d+: /, ""));

it("has nothing wrong but a stack that it does not use", () => expect(messages(BASE)).toEqual([UNUSED]));

describe("where a zone comes from", () => {
  it.each<[string, string[]]>([
    ["provider: route53, domain: team.example.com", [expect.stringContaining(`${AT}.provider: must be`)]],
    [
      "provider: digitalocean, domain: team.example.com, shared: platfrom",
      [`${AT}.shared: shared has no entry "platfrom" (did you mean platform?)`],
    ],
    [
      "provider: digitalocean, domain: team.example.com, shared: platform, existing: true, apex: 76.76.21.21",
      [
        `${AT}.existing: does not go with shared: it is a matter of the stack that has made the zone`,
        `${AT}.apex: does not go with shared: it is a matter of the stack that has made the zone`,
      ],
    ],
    [
      "provider: cloudflare, domain: team.example.com, shared: platform, zoneId: z, accountId: a",
      [
        `${AT}.zoneId: does not go with shared: it is a matter of the stack that has made the zone`,
        `${AT}.accountId: does not go with shared: it is a matter of the stack that has made the zone`,
      ],
    ],
    ["provider: digitalocean, domain: team.example.com, zone: other", [`${AT}.zone: is used with shared only`]],
    [
      "provider: digitalocean, domain: team.example.com, zoneId: z, accountId: a",
      [
        `${AT}.zoneId: is Cloudflare's: DigitalOcean knows a zone by its domain`,
        `${AT}.accountId: is Cloudflare's: DigitalOcean knows a zone by its domain`,
      ],
    ],
    [
      "provider: cloudflare, domain: team.example.com",
      [`${AT}.accountId: is missing: the account in which the zone is made; or zoneId, for one that is there already`],
    ],
    [
      "provider: cloudflare, domain: team.example.com, existing: true",
      [`${AT}.zoneId: is missing: by it Cloudflare knows the zone that is there already`],
    ],
    [
      "provider: cloudflare, domain: team.example.com, zoneId: z, accountId: a",
      [`${AT}.accountId: does not go with zoneId, which is a zone that is there already`],
    ],
    [
      "provider: cloudflare, domain: team.example.com, zoneId: z, ttl: 30",
      [`${AT}.ttl: Cloudflare takes 60 seconds at least`],
    ],
    [
      "provider: digitalocean, domain: team.example.com, apex: cname.vercel-dns.com",
      [
        `${AT}.apex: DigitalOcean has no ALIAS records, and a CNAME cannot stand for a domain itself: write the IPv4 address of what is there`,
      ],
    ],
    ["provider: cloudflare, domain: team.example.com, zoneId: z, apex: cname.vercel-dns.com", []],
    [
      'provider: digitalocean, domain: team.example.com, apex: "300.1.1.1"',
      [`${AT}.apex: must be an IPv4 address, such as 203.0.113.7, or a host name, not "300.1.1.1"`],
    ],
  ])("{ %s }", (keys, expected) => expect(said(zone(keys))).toEqual(expected));

  it("is one entry for each domain", () => {
    const twice = BASE.replace(
      "  fleet:machines",
      "    again: { provider: digitalocean, domain: Team.example.com }\n  fleet:machines",
    );
    expect(said(twice)).toEqual([
      "fleet:dns.again.domain: team.example.com is already that of dns.team: one is enough",
    ]);
  });

  it("may be unused where it is made, and is told to be where it is another's", () => {
    const none = (keys: string) => zone(keys).replace("host: ada.team.example.com", "host: ada.example.net");
    expect(said(none("provider: digitalocean, domain: team.example.com"))).toEqual([]);
    const unused = [`warning: ${AT}: nothing of this stack gets a record in this zone`];
    expect(said(none("provider: digitalocean, domain: team.example.com, shared: platform"))).toEqual(unused);
    expect(said(none("provider: cloudflare, domain: team.example.com, zoneId: z"))).toEqual(unused);
  });
});

describe("records", () => {
  const ONE = `${AT}.records.one`;
  it.each<[string, string, string[]]>([
    ["digitalocean", "name: x, type: A, value: 203.0.113.9", []],
    [
      "digitalocean",
      "name: x, type: A, value: www.example.org",
      [`${ONE}.value: of a record of type A must be an IPv4 address, such as 203.0.113.7`],
    ],
    ["digitalocean", 'name: x, type: AAAA, value: "2001:db8::7"', []],
    ["digitalocean", 'name: x, type: AAAA, value: "::ffff:203.0.113.7"', []],
    [
      "digitalocean",
      'name: x, type: AAAA, value: "2001:db8::7::1"',
      [`${ONE}.value: of a record of type AAAA must be an IPv6 address, such as 2001:db8::7`],
    ],
    [
      "digitalocean",
      'name: x, type: AAAA, value: "1:2:3:4:5:6:7"',
      [`${ONE}.value: of a record of type AAAA must be an IPv6 address, such as 2001:db8::7`],
    ],
    [
      "digitalocean",
      "name: x, type: CNAME, value: https://example.org/",
      [`${ONE}.value: of a record of type CNAME must be a host name, such as www.example.org`],
    ],
    [
      "digitalocean",
      'name: "@", type: MX, value: mail.example.org',
      [`${ONE}.priority: is missing: MX records need it`],
    ],
    [
      "digitalocean",
      'name: "@", type: TXT, value: v=spf1 -all, priority: 1',
      [`${ONE}.priority: is for MX and SRV only, and this is TXT`],
    ],
    [
      "digitalocean",
      'name: "@", type: CAA, value: letsencrypt.org',
      [`${ONE}.value: of a record of type CAA must be <flags> <tag> <value>, such as 0 issue letsencrypt.org`],
    ],
    ["digitalocean", 'name: "@", type: CAA, value: 0 issue letsencrypt.org', []],
    [
      "digitalocean",
      "name: _sip._tcp, type: SRV, priority: 1, value: sip.example.org",
      [`${ONE}.value: of a record of type SRV must be <weight> <port> <host name>, such as 10 5060 sip.example.org`],
    ],
    ["digitalocean", "name: _sip._tcp, type: SRV, priority: 1, value: 10 5060 sip.example.org", []],
    [
      "digitalocean",
      'name: "@", type: CNAME, value: example.net',
      [`${ONE}.type: DigitalOcean takes no CNAME for the domain itself: write an A record`],
    ],
    [
      "digitalocean",
      "name: x, type: A, value: 203.0.113.9, proxied: true",
      [`${ONE}.proxied: is Cloudflare's: DigitalOcean serves names only`],
    ],
    [
      "cloudflare",
      "name: x, type: TXT, value: y, proxied: true",
      [`${ONE}.proxied: is for A, AAAA and CNAME only, and this is TXT`],
    ],
    ["cloudflare", "name: x, type: TXT, value: y, ttl: 45", [`${ONE}.ttl: Cloudflare takes 60 seconds at least`]],
    [
      "digitalocean",
      "name: www.team.example.com, type: A, value: 203.0.113.9",
      [`${ONE}.name: is below team.example.com anyway: write www`],
    ],
    [
      "digitalocean",
      "name: a b, type: A, value: 203.0.113.9",
      [`${ONE}.name: must be a name below the domain, such as www, _dmarc or *, or @ for the domain itself, not "a b"`],
    ],
    ["digitalocean", 'name: "*.apps", type: A, value: 203.0.113.9', []],
    [
      "digitalocean",
      "name: ada, type: A, value: 203.0.113.9",
      [`${ONE}.name: the A record ada does not go with the A record ada, which is there by agents.ada.host`],
    ],
    [
      "digitalocean",
      "name: Ada, type: CNAME, value: example.net",
      [`${ONE}.name: the CNAME record ada does not go with the A record ada, which is there by agents.ada.host`],
    ],
    ["digitalocean", "name: ada, type: TXT, value: hello", []],
  ])("of %s: %s", (provider, text, expected) => expect(said(record(text, provider))).toEqual(expected));

  const several = (records: string, more = "") =>
    said(zone(`provider: cloudflare, domain: team.example.com, zoneId: z${more}, records: { ${records} }`));
  const a = (name: string, value: string) => `{ name: "${name}", type: A, value: ${value} }`;

  it("may be several of one name, each once", () => {
    expect(several(`a: ${a("x", "203.0.113.1")}, b: ${a("x", "203.0.113.2")}`)).toEqual([]);
    expect(several(`a: ${a("x", "203.0.113.1")}, b: ${a("x", "203.0.113.1")}`)).toEqual([
      `${AT}.records.b.name: the A record x does not go with the A record x, which is there by dns.team.records.a`,
    ]);
    expect(several(`a: ${a("x", "203.0.113.1")}, b: { name: x, type: CNAME, value: y.example.net }`)).toEqual([
      `${AT}.records.b.name: the CNAME record x does not go with the A record x, which is there by dns.team.records.a`,
    ]);
  });

  it("stand beside a flattened apex, but for addresses", () => {
    const apex = ", apex: cname.vercel-dns.com";
    expect(several('a: { name: "@", type: TXT, value: hello }', apex)).toEqual([]);
    expect(several(`a: ${a("@", "203.0.113.1")}`, apex)).toEqual([
      `${AT}.records.a.name: the A record @ does not go with the CNAME record @, which is there by dns.team.apex`,
    ]);
    expect(several(`apex: ${a("x", "203.0.113.1")}`)).toEqual([
      `${AT}.records.apex: apex is the record of the zone's own apex: name it otherwise`,
    ]);
  });

  it("have the domain itself once: an agent cannot be where the apex leads elsewhere", () => {
    const text = zone("provider: digitalocean, domain: team.example.com, apex: 76.76.21.21").replace(
      "host: ada.team",
      "host: team",
    );
    expect(said(text)).toEqual(["fleet:agents.ada.host: gives the A record @, and dns.team.apex does so already"]);
  });
});

it("belong to the zone with the longest domain", () => {
  const text = BASE.replace(
    "  fleet:machines",
    "    whole: { provider: digitalocean, domain: example.com, existing: true }\n  fleet:machines",
  ).replace("host: ada.team", "host: ada.other");
  const { spec } = readStackText("test", text, "fleet");
  const hosts = (name: string) => hostsInZone(spec!, spec!.dns[name]!).map(({ host }) => host);
  expect([hosts("team"), hosts("whole")]).toEqual([[], ["ada.other.example.com"]]);
});

describe("Caddy as a service of the host", () => {
  const edge = (to: string, text = BASE) => said(text.replace("proxy: caddy-native,", to));
  const on = (keys: string) =>
    said(BASE.replace(/alpha:\n( {6}.*\n)+/, `alpha: { ${keys} }\n`)).filter((line) => line.startsWith("fleet:edge"));

  it("runs on a host that is reached, not on a Docker daemon alone", () => {
    const message =
      "fleet:edge.front.machine: of alpha only the Docker daemon is in reach, and caddy-native is a service of the host: reach it by ssh://, or write proxy: caddy";
    expect(on("on: docker")).toEqual([message]);
    expect(on("on: existing, docker: unix:///run/other.sock")).toEqual([message]);
    expect(on("on: shared, shared: platform")).toEqual([message]);
  });

  it("has neither an image nor limits, and public certificates by default", () => {
    expect(edge("proxy: caddy-native, image: caddy,")).toEqual([
      expect.stringMatching(/^fleet:edge\.front\.image: is a key of/),
    ]);
    expect(edge("proxy: caddy-native, resources: { memory: 1GiB },")).toEqual([
      expect.stringMatching(/^fleet:edge\.front\.resources: is a key of/),
    ]);
    expect(readStackText("test", BASE, "fleet").spec!.edge.front).toEqual({
      name: "front",
      machine: "alpha",
      proxy: "caddy-native",
      domain: "team.example.com",
      email: "ops@example.com",
      tls: "acme",
      bind: "0.0.0.0",
      port: 443,
      httpPort: 80,
    });
  });

  it("asks of certificates, ports and agents what Caddy in a container asks", () => {
    expect(said(BASE.replace(", email: ops@example.com", ""))).toEqual([
      "fleet:edge.front.email: is missing: tls: acme needs a contact",
    ]);
    expect(said(BASE.replace("port: 18800", "internalPort: 18800"))).toEqual([
      "fleet:agents.ada.port: is missing: edge.front reaches the agent on this port of the machine",
    ]);
    expect(said(BASE.replace("port: 18800", "port: 443"))).toEqual([
      "fleet:agents.ada.port: port 443 of machine alpha is already that of edge.front.port (444 is free in this file)",
    ]);
    expect(said(BASE.replace("front: {", "ada: {"))).toEqual([
      "fleet:edge.ada: is the name of agents.ada too: rename one",
    ]);
  });
});
