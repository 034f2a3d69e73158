import { describe, expect, it } from "vitest";
import { checkStackText } from "../../spec/index.js";
import { BASE, edited, messages } from "./base.js";

/** What is wrong, the piece of the base that is replaced, what by, and every message that it must get. */
type Row = [about: string, from: string, to: string, expected: string[]];

const THERE = "there: { on: docker, socket: unix:///run/there.sock }";
const existing = (keys: string) => `there: { on: existing, ${keys} }`;
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

const TABLES: Record<string, Row[]> = {
  "machines that exist": [
    [
      "ssh without a host key",
      THERE,
      existing("docker: ssh://deploy@example.org"),
      ["f:4:5: fleet:machines.there.hostKey: is missing: run ./fleet trust test there"],
    ],
    [
      "an address that is none",
      THERE,
      existing("docker: example.org"),
      [
        'f:4:36: fleet:machines.there.docker: must be ssh://<user>@<host>[:<port>], tcp://<host>:<port> or unix:///<path>, not "example.org"',
      ],
    ],
    [
      "ssh without a user",
      THERE,
      existing(`docker: ssh://example.org, hostKey: ${KEY}`),
      [
        'f:4:36: fleet:machines.there.docker: must be ssh://<user>@<host>[:<port>], tcp://<host>:<port> or unix:///<path>, not "ssh://example.org"',
      ],
    ],
    [
      "a host that ssh would take for an option",
      THERE,
      existing(`docker: "ssh://deploy@-oProxyCommand=x", hostKey: ${KEY}`),
      [
        'f:4:36: fleet:machines.there.docker: must be ssh://<user>@<host>[:<port>], tcp://<host>:<port> or unix:///<path>, not "ssh://deploy@-oProxyCommand=x"',
      ],
    ],
    [
      "a key that was cut off",
      THERE,
      existing(`docker: ssh://deploy@example.org, hostKey: ${KEY.slice(0, -8)}`),
      [
        `f:4:71: fleet:machines.there.hostKey: must be a host's public key as ssh-keyscan prints it behind the address, such as ssh-ed25519 AAAA…, not "${KEY.slice(0, 56)}…`,
      ],
    ],
    [
      "a fingerprint in the place of a key",
      THERE,
      existing("docker: ssh://deploy@example.org, hostKey: [SHA256:abc]"),
      [
        'f:4:72: fleet:machines.there.hostKey.0: must be a host\'s public key as ssh-keyscan prints it behind the address, such as ssh-ed25519 AAAA…, not "SHA256:abc"',
      ],
    ],
    [
      "a host key where there is no ssh",
      THERE,
      existing(`docker: unix:///run/there.sock, hostKey: ${KEY}`),
      ["f:4:60: fleet:machines.there.hostKey: is used with ssh:// only: take it out"],
    ],
    [
      "tcp to another host without TLS",
      THERE,
      existing("docker: tcp://10.0.0.2:2375"),
      [
        "f:4:5: fleet:machines.there.tls: is missing: who can reach the port has the host; give tls certificates, or reach it by ssh",
      ],
    ],
    [
      "TLS without tcp",
      THERE,
      existing(
        "docker: unix:///run/a, tls: { ca: { secret: modelKey }, cert: { secret: modelKey }, key: { secret: modelKey } }",
      ),
      ["f:4:51: fleet:machines.there.tls: is used with tcp:// only: take it out"],
    ],
    [
      "half of TLS",
      THERE,
      existing("docker: unix:///run/there.sock, tls: { ca: { secret: modelKey } }"),
      ["f:4:60: fleet:machines.there.tls.cert: is missing", "f:4:60: fleet:machines.there.tls.key: is missing"],
    ],
    [
      "a certificate that is no secret",
      THERE,
      existing(
        "docker: tcp://10.0.0.2:2376, tls: { ca: { secret: nope }, cert: { secret: modelKey }, key: { secret: modelKey } }",
      ),
      ['f:4:78: fleet:machines.there.tls.ca.secret: secrets has no entry "nope": run ./fleet secret set test nope'],
    ],
    [
      "one daemon twice, as two users",
      THERE,
      `${existing(`docker: ssh://deploy@example.org, hostKey: ${KEY}`)}\n    other: { on: existing, docker: "ssh://root@EXAMPLE.org:22", hostKey: ${KEY} }`,
      [
        "f:5:12: fleet:machines.other: is the same daemon as machines.there (ssh://example.org:22): one machine is enough",
      ],
    ],
    [
      "a key of the other kind",
      THERE,
      existing("docker: unix:///run/there.sock, socket: unix:///run/there.sock"),
      ["f:4:60: fleet:machines.there.socket: is a key of on: docker only"],
    ],
  ],
  "unknown keys and words": [
    ["section", "fleet:edge", "fleet:edges", ["f:43:3: fleet:edges: unknown section (did you mean edge?)"]],
    [
      "key of an entry",
      "port: 18800",
      "prot: 18800",
      ["f:40:7: fleet:agents.box.prot: unknown key (did you mean port?)"],
    ],
    [
      "required key misspelt is one fault",
      "machine: there",
      "machin: there",
      ["f:30:7: fleet:agents.bob.machin: unknown key (did you mean machine?)"],
    ],
    [
      "the key that tells kinds apart misspelt is one fault",
      "runtime: container\n      image: ghcr",
      "runtim: container\n      image: ghcr",
      ["f:31:7: fleet:agents.bob.runtim: unknown key (did you mean runtime?)"],
    ],
    [
      "key deep inside",
      "models: [{ id: small }]",
      "models: [{ id: small, maxTokes: 1 }]",
      ["f:27:35: fleet:agents.ada.model.providers.standin.models.0.maxTokes: unknown key (did you mean maxTokens?)"],
    ],
    [
      "key of the other runtime",
      "health: { http: /healthz, interval: 5s }",
      "model: {}",
      ["f:42:7: fleet:agents.box.model: is a key of runtime: openclaw only"],
    ],
    [
      "runtime, with a fault beside it",
      "runtime: openclaw\n      image: openclaw\n      port: 18789",
      "runtime: opnclaw\n      image: openclaw\n      port: 0",
      [
        'f:16:16: fleet:agents.ada.runtime: must be one of openclaw, claw, container, not "opnclaw" (did you mean openclaw?)',
        "f:18:13: fleet:agents.ada.port: must be a port from 1 to 65535, not 0",
      ],
    ],
    [
      "runtime missing",
      "runtime: openclaw\n      image: openclaw",
      "image: openclaw",
      ["f:14:5: fleet:agents.ada.runtime: is missing: write one of openclaw, claw, container"],
    ],
    [
      "enum",
      "suite: bookworm",
      "suite: bokworm",
      [
        'f:8:26: fleet:images.openclaw.build.debian.suite: must be one of bullseye, bookworm, trixie, forky, sid, not "bokworm" (did you mean bookworm?)',
      ],
    ],
    ["value left out", "machine: there", "machine:", ["f:30:7: fleet:agents.bob.machine: has no value"]],
    [
      "entry left out",
      "here: { on: docker }\n    there",
      "here:\n    there",
      ["f:3:5: fleet:machines.here: has no value"],
    ],
    [
      "section of the wrong type",
      "fleet:secrets:\n    modelKey: { secure: v1:abc:def }",
      "fleet:secrets: [1]",
      [
        'f:26:31: fleet:agents.ada.model.providers.standin.apiKey.secret: secrets has no entry "modelKey": run ./fleet secret set test modelKey',
        'f:33:29: fleet:agents.bob.env.KEY.secret: secrets has no entry "modelKey": run ./fleet secret set test modelKey',
        "f:45:18: fleet:secrets: must be a block of named entries, not [1]",
      ],
    ],
  ],
  "names that are referred to": [
    [
      "machine",
      "machine: there",
      "machine: ther",
      ['f:30:16: fleet:agents.bob.machine: machines has no entry "ther" (did you mean there?)'],
    ],
    [
      "machine of an edge",
      "front: { machine: here",
      "front: { machine: x",
      ['f:44:23: fleet:edge.front.machine: machines has no entry "x" (fleet:machines has here, there)'],
    ],
    [
      "image",
      "image: mine",
      "image: main",
      [
        'f:39:14: fleet:agents.box.image: images has no entry "main"; an image of a registry needs its tag, such as main:1.2',
      ],
    ],
    [
      "image reference",
      "ghcr.io/acme/agent:1.2",
      "ghcr.io/Acme/agent:1.2",
      [
        'f:32:14: fleet:agents.bob.image: must be an entry of fleet:images or an image reference, not "ghcr.io/Acme/agent:1.2"',
      ],
    ],
    [
      "secret",
      "KEY: { secret: modelKey }",
      "KEY: { secret: modelkey }",
      [
        'f:33:29: fleet:agents.bob.env.KEY.secret: secrets has no entry "modelkey": run ./fleet secret set test modelkey (did you mean modelKey?)',
      ],
    ],
    [
      "secret in a free block",
      "resources: { memory: 2GiB }",
      "settings: { a: [{ secret: nope }] }",
      ['f:28:33: fleet:agents.ada.settings.a.0.secret: secrets has no entry "nope": run ./fleet secret set test nope'],
    ],
    [
      "reaches",
      "reaches: [box]",
      "reaches: [box, bx]",
      ['f:19:22: fleet:agents.ada.reaches.1: agents has no entry "bx" (did you mean box?)'],
    ],
    [
      "reaches itself",
      "reaches: [box]",
      "reaches: [box, ada]",
      ["f:19:22: fleet:agents.ada.reaches.1: an agent cannot reach itself: take it out"],
    ],
    [
      "reaches twice",
      "reaches: [box]",
      "reaches: [box, box]",
      ["f:19:22: fleet:agents.ada.reaches.1: box is in the list twice"],
    ],
    [
      "reaches another machine",
      "reaches: [box]",
      "reaches: [box, bob]",
      [
        "f:19:22: fleet:agents.ada.reaches.1: bob runs on machine there and ada on here: agents reach each other on one machine only",
      ],
    ],
    [
      "model provider",
      "primary: standin/small",
      "primary: standn/small",
      ["f:21:18: fleet:agents.ada.model.primary: model.providers has no entry standn (did you mean standin?)"],
    ],
    [
      "model of a provider",
      "primary: standin/small",
      "primary: standin/smal",
      [
        "f:21:18: fleet:agents.ada.model.primary: provider standin has no model smal; it has small (did you mean standin/small?)",
      ],
    ],
    [
      "built-in provider without its key",
      "primary: standin/small",
      "primary: anthropic/claude-sonnet-4-5",
      [
        "f:21:18: fleet:agents.ada.model.primary: OpenClaw's own provider anthropic takes its key from ANTHROPIC_API_KEY: add it to env as { secret: … }",
      ],
    ],
    [
      "provider that is an agent out of reach",
      "reaches: [box]",
      "reaches: []",
      [
        "f:24:22: fleet:agents.ada.model.providers.standin.baseUrl: agent box is not reached from here: add it to reaches",
      ],
    ],
    [
      "provider that is an agent, wrong port",
      "http://box:8080/",
      "http://box:8081/",
      [
        "f:24:22: fleet:agents.ada.model.providers.standin.baseUrl: agent box listens on port 8080 in its network, not on 8081",
      ],
    ],
  ],
  clashes: [
    [
      "ports of two agents",
      "port: 18800",
      "port: 18789",
      [
        "f:40:13: fleet:agents.box.port: port 18789 of machine here is already that of agents.ada.port (18790 is free in this file)",
      ],
    ],
    [
      "port of the edge",
      "port: 18800",
      "port: 8080",
      [
        "f:40:13: fleet:agents.box.port: port 8080 of machine here is already that of edge.front.port (8081 is free in this file)",
      ],
    ],
    [
      "port of the edge by default",
      "port: 18800\n      internalPort: 8080\n      health: { http: /healthz, interval: 5s }\n  fleet:edge:\n    front: { machine: here, image: caddy, domain: localhost, port: 8080 }",
      "port: 80\n      internalPort: 8080\n  fleet:edge:\n    front: { machine: here, image: caddy, domain: localhost }",
      [
        "f:40:13: fleet:agents.box.port: port 80 of machine here is already that of edge.front.port (81 is free in this file)",
      ],
    ],
    [
      "port of certificate challenges",
      "port: 18800\n      internalPort: 8080\n      health: { http: /healthz, interval: 5s }\n  fleet:edge:\n    front: { machine: here, image: caddy, domain: localhost, port: 8080 }",
      "port: 80\n      internalPort: 8080\n  fleet:edge:\n    front: { machine: here, image: caddy, domain: example.org, tls: acme, email: ops@example.org }",
      [
        "f:40:13: fleet:agents.box.port: port 80 of machine here is already that of edge.front.tls (81 is free in this file)",
      ],
    ],
    [
      "hosts, whatever their spelling",
      "port: 18800",
      "port: 18800\n      host: ADA.localhost.",
      ["f:41:13: fleet:agents.box.host: host ada.localhost is already that of agents.ada.host"],
    ],
    [
      "host without an edge",
      "machine: there",
      "internalPort: 80\n      host: bob.example.org\n      machine: there",
      ["f:31:13: fleet:agents.bob.host: no edge serves machine there: declare one in fleet:edge, or leave host out"],
    ],
    [
      "two edges on a machine",
      "    front:",
      "    back: { machine: here, image: caddy, domain: b.example.org, port: 81 }\n    front:",
      ["f:45:23: fleet:edge.front.machine: machine here is already served by edge.back"],
    ],
    [
      "volume and config volume",
      "    box:\n",
      "    bob-data: { machine: there, runtime: container, image: mine, volumes: { x: { path: /x } } }\n    bob: { machine: there, runtime: container, image: mine, volumes: { data-config: { path: /x } } }\n    box:\n",
      [
        "f:29:5: fleet:agents.bob: bob stands here twice: again at 37:5",
        "f:37:5: fleet:agents.bob: bob stands here twice: first at 29:5",
        "f:37:72: fleet:agents.bob.volumes.data-config: gives the Docker volume test-bob-data-config, which is already that of agents.bob-data: rename one",
      ],
    ],
    [
      "agent and edge",
      "    front:",
      "    bob:",
      [
        "f:35:9: fleet:agents.bob.volumes.data: gives the Docker volume test-bob-data, which is already that of edge.bob: rename one",
        "f:44:5: fleet:edge.bob: gives the Docker container test-bob, which is already that of agents.bob: rename one",
        "f:44:5: fleet:edge.bob: gives the Docker volume test-bob-config, which is already that of agents.bob: rename one",
      ],
    ],
    [
      "volume paths",
      "data: { path: /data }",
      "data: { path: /data }\n        more: { path: /data/ }",
      ["f:36:23: fleet:agents.bob.volumes.more.path: /data is already the path of volumes.data"],
    ],
    [
      "volume and tmpfs",
      "path: /data",
      "path: /tmp",
      ["f:35:23: fleet:agents.bob.volumes.data.path: /tmp is already the path of hardening.tmpfs"],
    ],
    [
      "volume over our files",
      "path: /data",
      "path: /config/x",
      ["f:35:23: fleet:agents.bob.volumes.data.path: /config in the container is taken: choose another path"],
    ],
    [
      "volume called config",
      "data: { path",
      "config: { path",
      ["f:35:9: fleet:agents.bob.volumes.config: config is the volume of the agent's own files: name it otherwise"],
    ],
    [
      "one daemon twice",
      ", socket: unix:///run/there.sock",
      "",
      [
        "f:4:12: fleet:machines.there: is the same daemon as machines.here (this computer's Docker): one machine is enough",
      ],
    ],
  ],
  "units and forms": [
    [
      "2 gigs",
      "memory: 2GiB",
      "memory: 2 gigs",
      [
        'f:28:28: fleet:agents.ada.resources.memory: must be a size with its unit, such as 2GiB or 512MiB, not "2 gigs": write 2GiB',
      ],
    ],
    [
      "bare size",
      "memory: 2GiB",
      "memory: 2147483648",
      [
        "f:28:28: fleet:agents.ada.resources.memory: must be a size with its unit, such as 2GiB or 512MiB, not 2147483648: write 2048MiB",
      ],
    ],
    [
      "bare time",
      "interval: 5s",
      "interval: 5",
      [
        "f:42:43: fleet:agents.box.health.interval: must be a time with its unit, such as 5s, 10m or 7d, not 5: write 5s",
      ],
    ],
    [
      "too little memory",
      "memory: 2GiB",
      "memory: 512MiB",
      [
        "f:28:28: fleet:agents.ada.resources.memory: 512MiB is too little: an idle OpenClaw gateway of 2026.9.6 takes about 1GiB, so it needs 1GiB at the least and 2GiB to be safe",
      ],
    ],
    [
      "less than Docker takes",
      "port: 18800",
      "port: 18800\n      resources: { memory: 4MiB }",
      ["f:41:28: fleet:agents.box.resources.memory: Docker takes no memory limit below 6MiB, and this is 4MiB"],
    ],
    [
      "port too high",
      "port: 18800",
      "port: 65536",
      ["f:40:13: fleet:agents.box.port: must be a port from 1 to 65535, not 65536"],
    ],
    ["port as text", "port: 18800", 'port: "18800"', ['f:40:13: fleet:agents.box.port: must be a number, not "18800"']],
    [
      "version that YAML reads as a number",
      "node: 24.16.0",
      "node: 24.16",
      [
        "f:9:15: fleet:images.openclaw.build.node: must be an exact version of three numbers, such as 24.16.0, not 24.16",
      ],
    ],
    [
      "version range",
      "openclaw: 2026.9.6",
      "openclaw: ^2026.9.0",
      [
        'f:10:26: fleet:images.openclaw.build.npm.openclaw: must be an exact version of three numbers, such as 24.16.0, not "^2026.9.0"',
      ],
    ],
    [
      "Node that OpenClaw does not take",
      "node: 24.16.0",
      "node: 22.22.3",
      [
        "f:9:15: fleet:images.openclaw.build.node: OpenClaw 2026.9.6 does not start on Node 22.22.3: it takes 24.16.0 or newer of 24, or 26.1.0 or newer",
      ],
    ],
    [
      "name in upper case",
      "    box:\n",
      "    Box_1:\n",
      [
        'f:19:17: fleet:agents.ada.reaches.0: agents has no entry "box" (did you mean Box_1?)',
        "f:36:5: fleet:agents.Box_1: a name must be 1 to 40 lower-case letters, digits and hyphens, with no hyphen first or last (write box-1)",
      ],
    ],
    [
      "host",
      "domain: localhost",
      "domain: local_host",
      [
        'f:44:51: fleet:edge.front.domain: must be a DNS host name, such as ada.example.org (letters, digits, hyphens and dots), not "local_host"',
      ],
    ],
    [
      "number in env",
      "KEY: { secret: modelKey }",
      "PORT: 8080",
      [
        "f:33:20: fleet:agents.bob.env.PORT: must be text (quote numbers and true or false), or { secret: name }, not 8080",
      ],
    ],
    [
      "path upwards",
      "port: 18800",
      "port: 18800\n      files: { ../x: y }",
      ["f:41:16: fleet:agents.box.files.../x: must be a relative path, without . or .. in it"],
    ],
    [
      "relative volume path",
      "path: /data",
      "path: data/../x",
      [
        'f:35:23: fleet:agents.bob.volumes.data.path: must be an absolute path without . or .. in it, and not / itself, not "data/../x"',
      ],
    ],
  ],
  "one thing or the other": [
    [
      "built and pulled",
      "mine: { build",
      'mine: { from: "a:1", build',
      ["f:12:13: fleet:images.mine.from: does not go with build: an image comes from one place"],
    ],
    [
      "packages and folder",
      "target: run",
      "node: 24.16.0",
      ["f:12:22: fleet:images.mine.build.context: does not go with node: build from packages or from a folder"],
    ],
    [
      "npm without Node",
      "        node: 24.16.0\n",
      "",
      ["f:7:7: fleet:images.openclaw.build.node: is missing: npm packages need Node, such as node: 24.16.0"],
    ],
    [
      "no OpenClaw in the image",
      "image: openclaw\n",
      "image: caddy\n",
      ["f:17:14: fleet:agents.ada.image: image caddy has no OpenClaw: add openclaw to its build.npm"],
    ],
    ["no health test", "http: /healthz, ", "", ["f:42:15: fleet:agents.box.health: needs http (a path) or command"]],
    [
      "two health tests",
      "http: /healthz",
      "http: /healthz, command: [true-ish]",
      ["f:42:33: fleet:agents.box.health.command: write either http or command, not both"],
    ],
    [
      "health of what listens on nothing",
      "      port: 18800\n      internalPort: 8080\n",
      "",
      ["f:40:23: fleet:agents.box.health.http: needs internalPort: the port that the program listens on"],
    ],
    [
      "acme without a contact",
      "port: 8080 }",
      "tls: acme }",
      [
        "f:44:5: fleet:edge.front.email: is missing: tls: acme needs a contact",
        "f:44:67: fleet:edge.front.tls: no public authority certifies localhost: write tls: internal",
      ],
    ],
    [
      "settings of the fleet's own",
      "resources: { memory: 2GiB }",
      "settings: { gateway: { auth: { token: x } } }",
      ["f:28:38: fleet:agents.ada.settings.gateway.auth.token: is generated: a new token.rotation makes a new one"],
    ],
    [
      "environment of the fleet's own",
      "resources: { memory: 2GiB }",
      "env: { OPENCLAW_GATEWAY_TOKEN: x }",
      ["f:28:14: fleet:agents.ada.env.OPENCLAW_GATEWAY_TOKEN: is set by the fleet itself: take it out"],
    ],
  ],
  secrets: [
    [
      "elsewhere",
      "KEY: { secret: modelKey }",
      "KEY: { secure: v1:x }",
      [
        "f:33:19: fleet:agents.bob.env.KEY: secure: values stand only in fleet:secrets: move it there and refer to it by { secret: <name> }",
      ],
    ],
    [
      "in clear text, never repeated",
      "{ secure: v1:abc:def }",
      "hunter2",
      ["f:46:15: fleet:secrets.modelKey: is in clear text: encrypt it with ./fleet secret set test modelKey"],
    ],
    [
      "empty",
      "modelKey: { secure: v1:abc:def }",
      'modelKey: ""',
      ["f:46:15: fleet:secrets.modelKey: has no value: run ./fleet secret set test modelKey"],
    ],
    [
      "all in one",
      "modelKey: { secure: v1:abc:def }",
      "secure: v1:abc\n    modelKey: { secure: v1:abc:def }",
      ["f:46:5: fleet:secrets: each secret is encrypted by itself: write <name>: { secure: … } below fleet:secrets"],
    ],
  ],
};

describe("a stack file with nothing wrong", () => {
  it("gets no message", () => {
    expect(messages(BASE)).toEqual([]);
  });
});

for (const [table, rows] of Object.entries(TABLES)) {
  describe(table, () => {
    it.each(rows)("%s", (_about, from, to, expected) => {
      expect(messages(edited(from, to))).toEqual(expected);
    });
  });
}

describe("machines that exist", () => {
  const KEYS = `[${KEY}, "${KEY} root@example"]`;
  it.each([
    ["ssh with a key", `docker: ssh://deploy@example.org, hostKey: ${KEY}`],
    [
      "ssh with several keys, a port and an IPv6 address",
      `docker: "ssh://deploy@[2001:db8::1]:2222", hostKey: ${KEYS}`,
    ],
    ["tcp on the loopback", "docker: tcp://127.0.0.1:2375"],
    ["a socket", "docker: unix:///run/there.sock"],
    [
      "tcp with TLS",
      "docker: tcp://10.0.0.2:2376, tls: { ca: { secret: modelKey }, cert: { secret: modelKey }, key: { secret: modelKey } }",
    ],
  ])("are right with %s", (_about, keys) => {
    expect(messages(edited(THERE, existing(keys)))).toEqual([]);
  });

  it("need a short stack name with ssh, for the path of the connection's socket", () => {
    const text = edited(THERE, existing(`docker: ssh://deploy@example.org, hostKey: ${KEY}`));
    const stack = "s".repeat(41);
    expect(checkStackText(stack, text, "fleet").map(({ message }) => message)).toEqual([
      `ssh needs a stack name of 40 characters at most, and ${stack} has 41`,
    ]);
    expect(checkStackText(stack.slice(1), text, "fleet")).toEqual([]);
  });
});

describe("all faults", () => {
  it("are reported together, in the order of the lines", () => {
    const text = edited("on: docker }", "on: dokcer }")
      .replace("machine: there", "machine: nowhere")
      .replace("5s", "5");
    expect(messages(text).map((line) => line.split(":").slice(1, 3).join(":"))).toEqual(["3:17", "30:16", "42:43"]);
  });

  it("that a Telegram bot is shared by two gateways", () => {
    const start = BASE.indexOf("    ada:");
    const ada = BASE.slice(start, BASE.indexOf("    bob:"));
    const channels = "      channels: { telegram: { botToken: { secret: modelKey } } }\n";
    const text = BASE.replace(ada, ada + channels + ada.replace("ada:", "eve:").replace("18789", "18790") + channels);
    expect(messages(text)).toEqual([
      "f:45:41: fleet:agents.eve.channels.telegram.botToken: is the bot of agents.ada too: Telegram serves one program a bot, so each agent needs its own",
    ]);
  });
});
