import { describe, expect, it } from "vitest";
import { containerAgent, deploy, settled } from "./deploy.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const host = (address: string | undefined, more: object = {}) => ({
  on: "existing",
  docker: "ssh://fleet@alpha.example.org",
  hostKey: KEY,
  ...(address !== undefined && { address }),
  ...more,
});
const machines = { alpha: host("203.0.113.7") };
const edge = {
  front: { machine: "alpha", proxy: "caddy-native", domain: "team.example.com", email: "ops@example.com" },
};
const agents = {
  ada: containerAgent({ machine: "alpha", port: 18800, host: "ada.team.example.com" }),
  brook: containerAgent({ machine: "alpha", port: 18810, host: "brook.team.example.com" }),
  elsewhere: containerAgent({ machine: "alpha", port: 18820, host: "www.example.net" }),
  hidden: containerAgent({ machine: "alpha" }),
};

const digitalocean = (more: object = {}) => ({
  team: { provider: "digitalocean", domain: "team.example.com", ...more },
});
const cloudflare = (more: object = {}) => ({
  team: { provider: "cloudflare", domain: "team.example.com", accountId: "acc", ...more },
});
const RECORDS = {
  mail: { name: "@", type: "MX", value: "mail.example.com", priority: 10 },
  verify: { name: "_check", type: "TXT", value: "token=abc", ttl: 3600 },
  www: { name: "www", type: "CNAME", value: "pages.example.net" },
  only: { name: "@", type: "CAA", value: "0 issue letsencrypt.org" },
  report: { name: "@", type: "CAA", value: "0 iodef mailto:ops@example.com" },
  sip: { name: "_sip._tcp", type: "SRV", value: "20 5060 sip.example.com", priority: 5 },
  six: { name: "six", type: "AAAA", value: "2001:db8::7" },
};

/** Everything of a stack's zones, a line each, in the order of the alphabet. */
async function zoneLines(dns: object, more: object = {}) {
  const { resources } = await deploy({ machines, edge, agents, dns, ...more });
  return resources
    .filter(({ type }) => /^(digitalocean|cloudflare):/.test(type))
    .map(({ type, name, inputs }) => `${type} ${name} ${JSON.stringify(inputs)}`)
    .sort();
}

describe("a zone at DigitalOcean", () => {
  const A = "digitalocean:index/dnsRecord:DnsRecord";

  it("has a record for each host name that an edge serves below its domain, the apex and what is declared", async () => {
    expect(await zoneLines(digitalocean({ apex: "76.76.21.21", records: RECORDS }))).toEqual(
      [
        'digitalocean:index/domain:Domain lab-team-team.example.com {"name":"team.example.com"}',
        `${A} lab-team-ada.team.example.com {"domain":"team.example.com","name":"ada","ttl":300,"type":"A","value":"203.0.113.7"}`,
        `${A} lab-team-brook.team.example.com {"domain":"team.example.com","name":"brook","ttl":300,"type":"A","value":"203.0.113.7"}`,
        `${A} lab-team-apex {"domain":"team.example.com","name":"@","ttl":300,"type":"A","value":"76.76.21.21"}`,
        `${A} lab-team-mail {"domain":"team.example.com","name":"@","priority":10,"ttl":300,"type":"MX","value":"mail.example.com."}`,
        `${A} lab-team-verify {"domain":"team.example.com","name":"_check","ttl":3600,"type":"TXT","value":"token=abc"}`,
        `${A} lab-team-www {"domain":"team.example.com","name":"www","ttl":300,"type":"CNAME","value":"pages.example.net."}`,
        `${A} lab-team-only {"domain":"team.example.com","flags":0,"name":"@","tag":"issue","ttl":300,"type":"CAA","value":"letsencrypt.org."}`,
        `${A} lab-team-report {"domain":"team.example.com","flags":0,"name":"@","tag":"iodef","ttl":300,"type":"CAA","value":"mailto:ops@example.com"}`,
        `${A} lab-team-sip {"domain":"team.example.com","name":"_sip._tcp","port":5060,"priority":5,"ttl":300,"type":"SRV","value":"sip.example.com.","weight":20}`,
        `${A} lab-team-six {"domain":"team.example.com","name":"six","ttl":300,"type":"AAAA","value":"2001:db8::7"}`,
      ].sort(),
    );
  });

  it("is only written into where it is there already", async () => {
    expect(await zoneLines(digitalocean({ existing: true, ttl: 60 }))).toEqual([
      `${A} lab-team-ada.team.example.com {"domain":"team.example.com","name":"ada","ttl":60,"type":"A","value":"203.0.113.7"}`,
      `${A} lab-team-brook.team.example.com {"domain":"team.example.com","name":"brook","ttl":60,"type":"A","value":"203.0.113.7"}`,
    ]);
  });

  it("gets no record for what a machine serves whose address nobody knows, or which only the machine itself reaches", async () => {
    expect(await zoneLines(digitalocean({ existing: true }), { machines: { alpha: host(undefined) } })).toEqual([]);
    const inner = { front: { ...edge.front, tls: "internal", email: undefined, bind: "127.0.0.1" } };
    expect(await zoneLines(digitalocean({ existing: true }), { edge: JSON.parse(JSON.stringify(inner)) })).toEqual([]);
  });

  it("loses a host name to a zone that is nearer to it", async () => {
    const lines = await zoneLines({
      ...digitalocean({ existing: true }),
      whole: { provider: "digitalocean", domain: "example.com", existing: true },
      one: { provider: "digitalocean", domain: "ada.team.example.com", existing: true },
    });
    expect(lines).toEqual([
      expect.stringContaining('lab-one-ada.team.example.com {"domain":"ada.team.example.com","name":"@"'),
      expect.stringContaining('lab-team-brook.team.example.com {"domain":"team.example.com","name":"brook"'),
    ]);
  });
});

describe("a zone at Cloudflare", () => {
  const A = "cloudflare:index/dnsRecord:DnsRecord";

  it("has whole names, a flattened CNAME at its apex, and what Cloudflare serves itself has its own time to live", async () => {
    const records = { ...RECORDS, www: { ...RECORDS.www, proxied: true } };
    const id = '"zoneId":"lab-team-team.example.com-id"';
    expect(await zoneLines(cloudflare({ apex: "cname.vercel-dns.com", records }))).toEqual(
      [
        'cloudflare:index/zone:Zone lab-team-team.example.com {"account":{"id":"acc"},"name":"team.example.com","type":"full"}',
        `${A} lab-team-ada.team.example.com {"content":"203.0.113.7","name":"ada.team.example.com","proxied":false,"ttl":300,"type":"A",${id}}`,
        `${A} lab-team-brook.team.example.com {"content":"203.0.113.7","name":"brook.team.example.com","proxied":false,"ttl":300,"type":"A",${id}}`,
        `${A} lab-team-apex {"content":"cname.vercel-dns.com","name":"team.example.com","proxied":false,"ttl":300,"type":"CNAME",${id}}`,
        `${A} lab-team-mail {"content":"mail.example.com","name":"team.example.com","priority":10,"ttl":300,"type":"MX",${id}}`,
        `${A} lab-team-verify {"content":"token=abc","name":"_check.team.example.com","ttl":3600,"type":"TXT",${id}}`,
        `${A} lab-team-www {"content":"pages.example.net","name":"www.team.example.com","proxied":true,"ttl":1,"type":"CNAME",${id}}`,
        `${A} lab-team-only {"data":{"flags":0,"tag":"issue","value":"letsencrypt.org"},"name":"team.example.com","ttl":300,"type":"CAA",${id}}`,
        `${A} lab-team-report {"data":{"flags":0,"tag":"iodef","value":"mailto:ops@example.com"},"name":"team.example.com","ttl":300,"type":"CAA",${id}}`,
        `${A} lab-team-sip {"data":{"port":5060,"priority":5,"target":"sip.example.com","weight":20},"name":"_sip._tcp.team.example.com","priority":5,"ttl":300,"type":"SRV",${id}}`,
        `${A} lab-team-six {"content":"2001:db8::7","name":"six.team.example.com","proxied":false,"ttl":300,"type":"AAAA",${id}}`,
      ].sort(),
    );
  });

  it("is only written into by its id where it is there already, and other stacks are told of it", async () => {
    const { fleet, resources } = await deploy({
      machines,
      edge,
      agents,
      dns: cloudflare({ accountId: undefined, zoneId: "z1" }),
    });
    const made = resources.filter(({ type }) => type.startsWith("cloudflare:"));
    expect(made.map(({ inputs }) => inputs.zoneId)).toEqual(["z1", "z1"]);
    expect((await settled(fleet.outputs)).dns).toEqual({
      team: { provider: "cloudflare", domain: "team.example.com", zoneId: "z1" },
    });
  });
});
