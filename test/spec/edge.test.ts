import { describe, expect, it } from "vitest";
import { checkStackText, formatFault, readStackText, type TraefikEdgeSpec } from "../../spec/index.js";
import { OTHER_ENTRY_POINTS } from "../../templates/proxy/traefik.js";

/** A stack file behind a Traefik of its own, with nothing wrong in it. */
const OWN = `config:
  fleet:machines:
    server: { on: docker }
  fleet:agents:
    alice: { machine: server, runtime: claw, image: "gather-claw:1" }
    web: { machine: server, runtime: container, image: "ghcr.io/acme/web:1.2", internalPort: 3000, host: web.example.org }
  fleet:edge:
    front:
      machine: server
      proxy: traefik
      domain: example.org
      network: gather
      image: "traefik:v3.7"
      email: ops@example.org
      socketProxy: { image: "caddy:2.6" }
`;

/** The same behind somebody else's. */
const EXTERNAL = OWN.slice(0, OWN.indexOf('      image: "traefik')).concat(
  "      external: true\n      certResolver: cf\n",
);

function edited(base: string, from: string, to: string): string {
  if (!base.includes(from)) throw new Error(`the base has no ${from}`);
  return base.replace(from, to);
}

const messages = (text: string) => checkStackText("test", text, "fleet").map((fault) => formatFault("f", fault));

/** What is wrong, the base, the piece of it that is replaced, what by, and every message that it must get. */
type Row = [about: string, base: string, from: string, to: string, expected: string[]];

const TABLES: Record<string, Row[]> = {
  "a Traefik of our own": [
    [
      "without its image",
      OWN,
      '      image: "traefik:v3.7"\n',
      "",
      ["f:8:5: fleet:edge.front.image: is missing: Traefik's image; or write external: true where it runs already"],
    ],
    [
      "labels from the bare socket",
      OWN,
      'socketProxy: { image: "caddy:2.6" }',
      "discovery: labels",
      [
        "f:8:5: fleet:edge.front.socketProxy: is missing: with discovery: labels Traefik reads from Docker, and the bare socket would give it the machine",
      ],
    ],
    [
      "a socket proxy for nothing",
      OWN,
      "socketProxy:",
      "discovery: file\n      socketProxy:",
      ["f:16:7: fleet:edge.front.socketProxy: is for discovery: labels only"],
    ],
    [
      "a socket proxy whose image is not there",
      OWN,
      "caddy:2.6",
      "caddy",
      [
        'f:15:29: fleet:edge.front.socketProxy.image: images has no entry "caddy"; an image of a registry needs its tag, such as caddy:1.2',
      ],
    ],
    [
      "a socket that is no path",
      OWN,
      '"caddy:2.6" }',
      '"caddy:2.6", socket: unix:///run/docker.sock }',
      [
        'f:15:50: fleet:edge.front.socketProxy.socket: must be an absolute path without . or .. in it, and not / itself, not "unix:///run/docker.sock"',
      ],
    ],
    [
      "without a contact",
      OWN,
      "      email: ops@example.org\n",
      "",
      ["f:8:5: fleet:edge.front.email: is missing: tls: acme needs a contact"],
    ],
    [
      "a second port without certificates",
      OWN,
      "      email: ops@example.org\n",
      "      tls: off\n      httpPort: 8080\n",
      ["f:15:7: fleet:edge.front.httpPort: is used with tls: acme only, and tls is off"],
    ],
    [
      "one port twice",
      OWN,
      "network: gather",
      "network: gather\n      port: 8443\n      httpPort: 8443",
      [
        "f:14:17: fleet:edge.front.httpPort: port 8443 of machine server is already that of edge.front.port (8444 is free in this file)",
      ],
    ],
    [
      "certificates for names that are nobody's",
      OWN,
      "domain: example.org",
      "domain: claws.localhost\n      tls: acme\n      bind: 0.0.0.0",
      ["f:12:12: fleet:edge.front.tls: no public authority certifies claws.localhost: write tls: off"],
    ],
    [
      "certificates of its own authority, which it has not",
      OWN,
      "domain: example.org",
      "domain: example.org\n      tls: internal",
      ['f:12:12: fleet:edge.front.tls: must be one of off, acme, not "internal"'],
    ],
    [
      "the entry point of the way to HTTPS",
      OWN,
      "network: gather",
      "network: gather\n      entryPoint: web",
      [
        "f:13:19: fleet:edge.front.entryPoint: web is the entry point for the way to HTTPS: name that of the agents otherwise",
      ],
    ],
    [
      "the entry point of the health check",
      OWN,
      "network: gather",
      "network: gather\n      entryPoint: ping",
      [
        "f:13:19: fleet:edge.front.entryPoint: ping is the entry point for its health check: name that of the agents otherwise",
      ],
    ],
    [
      "an entry point that is no name",
      OWN,
      "network: gather",
      "network: gather\n      entryPoint: web secure",
      [
        'f:13:19: fleet:edge.front.entryPoint: must be a name of letters, digits, hyphens and underscores, not "web secure"',
      ],
    ],
    [
      "keys of Traefik for Caddy",
      OWN,
      "proxy: traefik",
      "proxy: caddy",
      [
        "f:5:5: fleet:agents.alice.port: is missing: edge.front reaches the agent on this port of the machine",
        "f:6:5: fleet:agents.web.port: is missing: edge.front reaches the agent on this port of the machine",
        "f:12:7: fleet:edge.front.network: is a key of proxy: traefik only",
        "f:14:7: fleet:edge.front.email: is used with tls: acme only, and tls is off",
        "f:15:7: fleet:edge.front.socketProxy: is a key of proxy: traefik only",
      ],
    ],
  ],
  "somebody else's Traefik": [
    ...["image: traefik:v3", "port: 8443", "bind: 0.0.0.0", "discovery: labels"].map(
      (line): Row => [
        `has a ${line.split(":")[0]} of its own`,
        EXTERNAL,
        "external: true",
        `external: true\n      ${line}`,
        [
          `f:14:7: fleet:edge.front.${line.split(":")[0]}: is a matter of whoever runs that Traefik: take it out, or external`,
        ],
      ],
    ),
    [
      "has a contact and a socket proxy of its own",
      EXTERNAL,
      "external: true",
      'external: true\n      email: a@example.org\n      socketProxy: { image: "caddy:2.6" }',
      [
        "f:14:7: fleet:edge.front.email: is a matter of whoever runs that Traefik: take it out, or external",
        "f:15:7: fleet:edge.front.socketProxy: is a matter of whoever runs that Traefik: take it out, or external",
      ],
    ],
    ["has an entry point of any name", EXTERNAL, "external: true", "external: true\n      entryPoint: web", []],
    ["leaves the machine's ports to others", EXTERNAL, "internalPort: 3000", "internalPort: 3000, port: 443", []],
  ],
  "what an edge reaches": [
    [
      "no OpenClaw gateway behind Traefik, by its default host",
      OWN,
      "runtime: claw",
      "port: 18789, model: { primary: anthropic/x }, env: { ANTHROPIC_API_KEY: x }, runtime: openclaw",
      [
        "f:5:117: fleet:agents.alice.runtime: no agent with the runtime openclaw can be served by traefik, which edge.front is: write host: false, or another proxy there",
      ],
    ],
    [
      "a claw in another network than our Traefik",
      OWN,
      "runtime: claw",
      "network: elsewhere, runtime: claw",
      [
        "f:5:40: fleet:agents.alice.network: edge.front reaches the agent in the network gather only: leave this out, or host: false",
      ],
    ],
    ["a claw in the network of our Traefik, named", OWN, "runtime: claw", "network: gather, runtime: claw", []],
    ["a claw that nobody serves, anywhere", OWN, "runtime: claw", "network: elsewhere, host: false, runtime: claw", []],
    [
      "a claw in a network that somebody else's Traefik may be in",
      EXTERNAL,
      "runtime: claw",
      "network: elsewhere, runtime: claw",
      [],
    ],
    [
      "a program that listens on nothing",
      OWN,
      "internalPort: 3000, ",
      "",
      ["f:6:86: fleet:agents.web.host: needs internalPort: the port that the program listens on"],
    ],
    [
      "a claw behind Caddy without a port of the machine",
      OWN,
      OWN.slice(OWN.indexOf("      proxy: traefik")),
      '      domain: example.org\n      image: "caddy:2.6"\n',
      [
        "f:5:5: fleet:agents.alice.port: is missing: edge.front reaches the agent on this port of the machine",
        "f:6:5: fleet:agents.web.port: is missing: edge.front reaches the agent on this port of the machine",
      ],
    ],
  ],
  "names on the machine": [
    [
      "an agent called like the socket proxy",
      OWN,
      "    web:",
      "    front-socket:",
      [
        "f:8:5: fleet:edge.front: gives the Docker container test-front-socket, which is already that of agents.front-socket: rename one",
        "f:8:5: fleet:edge.front: gives the Docker volume test-front-socket-config, which is already that of agents.front-socket: rename one",
        "f:8:5: fleet:edge.front: gives the Docker network test-front-socket, which is already that of agents.front-socket: rename one",
      ],
    ],
    [
      "an agent whose volume is that of the certificates",
      OWN,
      "    web: { machine: server, runtime: container,",
      "    front: { volumes: { acme: { path: /x } }, machine: server, runtime: container,",
      [
        "f:6:25: fleet:agents.front.volumes.acme: gives the Docker volume test-front-acme, which is already that of edge.front: rename one",
        "f:8:5: fleet:edge.front: gives the Docker container test-front, which is already that of agents.front: rename one",
        "f:8:5: fleet:edge.front: gives the Docker volume test-front-config, which is already that of agents.front: rename one",
      ],
    ],
    [
      "an agent's own network",
      OWN,
      "network: gather",
      "network: test-web",
      [
        "f:12:7: fleet:edge.front.network: gives the Docker network test-web, which is already that of agents.web: rename one",
      ],
    ],
    [
      "the socket proxy's network",
      OWN,
      "network: gather",
      "network: test-front-socket",
      [
        "f:8:5: fleet:edge.front: gives the Docker network test-front-socket, which is already that of edge.front.network: rename one",
      ],
    ],
    ["an agent called like an edge of which nothing is made", EXTERNAL, "    web:", "    front:", []],
  ],
};

describe.each([
  ["our own", OWN],
  ["somebody else's", EXTERNAL],
])("a stack behind %s Traefik", (_, base) => {
  it("has nothing wrong", () => expect(messages(base)).toEqual([]));
});

for (const [table, rows] of Object.entries(TABLES)) {
  describe(table, () => {
    it.each(rows)("%s", (_about, base, from, to, expected) => {
      expect(messages(edited(base, from, to))).toEqual(expected);
    });
  });
}

describe("defaults of a Traefik", () => {
  const resolved = (text: string) => readStackText("test", text, "fleet").spec!.edge.front!;

  it("reads labels where it has a socket proxy", () => {
    expect(resolved(OWN)).toMatchObject({
      container: "test-front",
      volume: "test-front-acme",
      tls: "acme",
      port: 443,
      httpPort: 80,
      bind: "0.0.0.0",
      entryPoint: "websecure",
      certResolver: "letsencrypt",
      discovery: "labels",
      socketProxy: {
        name: "front-socket",
        container: "test-front-socket",
        socket: "/var/run/docker.sock",
        image: { reference: "caddy:2.6" },
      },
    });
  });

  it("reads from the machine's own socket, or from the one that it is told", () => {
    const socketOf = (text: string) => (resolved(text) as TraefikEdgeSpec).socketProxy?.socket;
    const elsewhere = edited(OWN, "{ on: docker }", "{ on: docker, socket: unix:///run/user/1000/docker.sock }");
    expect(socketOf(elsewhere)).toBe("/run/user/1000/docker.sock");
    expect(socketOf(edited(elsewhere, 'caddy:2.6" }', 'caddy:2.6", socket: /run/other.sock }'))).toBe(
      "/run/other.sock",
    );
  });

  it("reads a file where it has none", () => {
    const edge = resolved(edited(OWN, '      socketProxy: { image: "caddy:2.6" }\n', ""));
    expect(edge).toMatchObject({ discovery: "file" });
    expect(edge).not.toHaveProperty("socketProxy");
  });

  it("has another entry point and one port without TLS, however that is spelt", () => {
    for (const off of ["off", '"off"', "false"]) {
      const edge = resolved(edited(OWN, "      email: ops@example.org\n", `      tls: ${off}\n`));
      expect(edge).toMatchObject({ tls: "off", port: 80, entryPoint: "web" });
      expect(edge.httpPort).toBeUndefined();
    }
  });

  it("is told by labels where it is somebody else's", () => {
    expect(resolved(EXTERNAL)).toMatchObject({ external: true, discovery: "labels", certResolver: "cf" });
  });

  it("has no entry point for agents that it has for itself", () => {
    for (const entryPoint of Object.values(OTHER_ENTRY_POINTS)) {
      const text = edited(OWN, "network: gather", `network: gather\n      entryPoint: ${entryPoint}`);
      expect(parseFault(text)).toBe("edge.front.entryPoint");
    }
  });

  const parseFault = (text: string) =>
    checkStackText("test", text, "fleet").map(({ path }) => path.join(".").replace("config.fleet:", ""))[0];
});
