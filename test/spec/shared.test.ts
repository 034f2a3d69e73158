import { describe, expect, it } from "vitest";
import { readStackText } from "../../spec/check/stack-file.js";
import { messages } from "./base.js";

const TENANT = `config:
  fleet:shared:
    host: { stack: gather-host }
  fleet:machines:
    server: { on: shared, shared: host }
    here: { on: docker }
  fleet:images:
    claw: { shared: host }
  fleet:services:
    builder: { kind: build-service, machine: here, image: "builder:1" }
  fleet:agents:
    alice: { machine: server, runtime: claw, image: claw }
`;

const edited = (from: string, to: string) => {
  expect(TENANT).toContain(from);
  return messages(TENANT.replace(from, to));
};

describe("what a stack takes from another", () => {
  it("is a machine and an image, each under its own name or another", () => {
    const { spec } = readStackText("tenant", TENANT, "fleet");
    expect(spec?.shared).toEqual({ host: { name: "host", stack: "gather-host" } });
    expect(spec?.machines.server).toEqual({ name: "server", on: "shared", shared: "host" });
    expect(spec?.images.claw).toEqual({ name: "claw", kind: "shared", shared: "host" });
    expect(messages(TENANT.replace("shared: host }\n    here", "shared: host, machine: web-1 }\n    here"))).toEqual(
      [],
    );
  });

  it.each<[string, string, string, string[]]>([
    [
      "a stack that is not named",
      "on: shared, shared: host",
      "on: shared, shared: hots",
      ['f:5:35: fleet:machines.server.shared: shared has no entry "hots" (did you mean host?)'],
    ],
    [
      "an image of a stack that is not named",
      "claw: { shared: host }",
      "claw: { shared: other }",
      ['f:8:21: fleet:images.claw.shared: shared has no entry "other" (fleet:shared has host)'],
    ],
    [
      "an image on a machine that the other stack has not made it on",
      "alice: { machine: server,",
      "alice: { machine: here,",
      [
        "f:12:51: fleet:agents.alice.image: claw is on machines of the stack host only, and here is none: write on: shared, shared: host there",
      ],
    ],
    [
      "an image that is made here as well",
      "claw: { shared: host }",
      'claw: { shared: host, from: "claw:1", machine: server }',
      ["f:8:13: fleet:images.claw.shared: does not go with from: an image comes from one place"],
    ],
    [
      "a machine of one's own where another stack makes the image",
      "claw: { shared: host }",
      "claw: { shared: host, machine: server }",
      ["f:8:27: fleet:images.claw.machine: does not go with shared: the other stack makes the image"],
    ],
    [
      "the same machine twice",
      "    here: { on: docker }",
      "    here: { on: docker }\n    again: { on: shared, shared: host, machine: server }",
      [
        "f:7:12: fleet:machines.again: is the same daemon as machines.server (machine server of host): one machine is enough",
      ],
    ],
    [
      "no name of a stack",
      "stack: gather-host",
      "stack: gather/host",
      [
        'f:3:20: fleet:shared.host.stack: must be a stack\'s name, such as gather-host, or organization/project/stack, not "gather/host"',
      ],
    ],
    [
      "a key of another kind of machine",
      "on: shared, shared: host",
      "on: shared, shared: host, hostKey: x",
      ["f:5:41: fleet:machines.server.hostKey: is a key of on: existing only"],
    ],
  ])("%s", (_about, from, to, expected) => {
    expect(edited(from, to)).toEqual(expected);
  });

  it("may be nothing, which is told", () => {
    const unused = TENANT.replace("claw: { shared: host }", 'claw: { from: "claw:1" }').replace(
      "server: { on: shared, shared: host }",
      "server: { on: docker, socket: unix:///x.sock }",
    );
    expect(messages(unused)).toEqual(["f:3:5: warning: fleet:shared.host: nothing is taken from this stack"]);
  });
});

describe("services", () => {
  const used = TENANT.replace(
    "machine: server, runtime: claw, image: claw",
    'machine: here, runtime: claw, image: "c:1", port: 8180, buildService: builder',
  ).replace("    claw: { shared: host }\n", "    {}\n");

  it("are used by claws of their own machine", () => {
    const errors = messages(used).filter((line) => !line.includes("warning"));
    expect(errors).toEqual([]);
    const { spec } = readStackText("tenant", used, "fleet");
    expect(spec?.agents.alice?.services).toEqual(["builder"]);
    expect(spec?.services.builder).toMatchObject({ container: "tenant-builder", port: 9090 });
  });

  it.each([
    ["buildService: builder", "buildService: bilder", 'services has no entry "bilder" (did you mean builder?)'],
    [
      "kind: build-service, machine: here",
      "kind: build-service, machine: server",
      "builder runs on machine server and alice on here: an agent uses what runs on its own machine",
    ],
    ["port: 8180", "port: 9090", "port 9090 of machine here is already that of agents.alice.port"],
    ["    builder:", "    alice:", "fleet:services.alice: is the name of agents.alice too: rename one"],
    [
      "kind: build-service",
      "kind: bild-service",
      'must be one of build-service, twenty, tez-mcp, tez-relay, crm-sync, not "bild-service" (did you mean build-service?)',
    ],
  ])("%s > %s", (from, to, message) => {
    expect(used).toContain(from);
    expect(messages(used.replace(from, to)).join("\n")).toContain(message);
  });
});
