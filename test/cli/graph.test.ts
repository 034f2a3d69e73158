import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Topology } from "../../review/graph/types.js";
import { project, STACK, toolkit } from "./harness.js";

/** The toolkit's own program, on stack files of the test's. */
const PROGRAM = `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`;
const ofIds = ({ nodes }: Topology) => Object.fromEntries(nodes.map((node) => [node.id, node]));

describe("fleet graph", () => {
  it("draws a shipped stack as Mermaid, as a page and as JSON, without passphrase, state or Docker", async () => {
    const here = project();
    const env = { DOCKER_HOST: "tcp://127.0.0.1:1" };
    const drawn = await here.fleet(["-C", toolkit, "graph", "mypa-beta"], { env });
    expect(drawn.stderr).not.toContain("error");
    expect(drawn.code).toBe(0);
    expect(drawn.stdout).toMatch(/^%% mypa-beta\nflowchart LR\n/);
    expect(drawn.stdout).toContain('["machine fleet-beta"]');
    expect(drawn.stdout).not.toContain("classDef");

    const page = join(here.root, "beta.html");
    const written = await here.fleet(["-C", toolkit, "graph", "mypa-beta", "--out", page], { env });
    expect(written.code).toBe(0);
    expect(written.stdout).toBe("");
    // As short as it can be named from the toolkit's folder.
    expect(written.stderr).toMatch(/^wrote \S+beta\.html\n/m);
    expect(here.read("beta.html")).toMatch(/^<!DOCTYPE html>/);
    expect(existsSync(join(here.root, "state"))).toBe(false);

    const { stdout } = await here.fleet(["-C", toolkit, "graph", "mypa-beta", "--format", "json"], { env });
    const graph = JSON.parse(stdout) as Topology;
    const nodes = ofIds(graph);
    expect(nodes["machine:fleet-beta"]).toMatchObject({ parent: "cloud:do", detail: "droplet · s-4vcpu-8gb · nyc3" });
    expect(nodes["disk:mypa-beta-fleet-beta/crm"]).toMatchObject({ detail: "50 GiB · /opt/twenty" });
    expect(graph.edges.map(({ from, relation, to }) => `${from} ${relation} ${to}`)).toEqual(
      expect.arrayContaining([
        "internet:all routes edge:front",
        "record:mypa-beta-team-gil.team.example.com resolves edge:front",
        "edge:front serves agent:gil",
        "edge:front serves service:crm",
        "agent:gil reaches service:tez-mcp",
        "agent:gil stores folder:machine:fleet-beta/opt/mypa/agents/pa-gil",
        "folder:machine:fleet-beta/opt/mypa/agents/pa-gil stores disk:mypa-beta-fleet-beta/agents",
        "folder:machine:fleet-beta/opt/twenty saves backup:nightly",
        "backup:nightly saves repository:s3:https://nyc3.digitaloceanspaces.com/mypa-backups/beta",
        "zone:team uses shared:mypa-shared",
      ]),
    );
  });

  it("marks what a plan does: against the state, and all as new where there is none", async () => {
    const here = project({ "index.ts": PROGRAM, "stacks/Pulumi.team.yaml": STACK });
    const env = { PULUMI_CONFIG_PASSPHRASE: "hush" };
    const graph = async (more: NodeJS.ProcessEnv = {}) => {
      const result = await here.fleet(["graph", "team", "--plan", "--format", "json"], { env: { ...env, ...more } });
      expect(result.stderr).toBe("");
      expect(result.code).toBe(0);
      return ofIds(JSON.parse(result.stdout) as Topology);
    };
    const changes = (nodes: Awaited<ReturnType<typeof graph>>) =>
      Object.fromEntries(Object.values(nodes).flatMap(({ id, change }) => (change ? [[id, change]] : [])));

    expect(changes(await graph())).toEqual({
      "machine:here": "create",
      "agent:ada": "create",
      "agent:brook": "create",
      "network:team-ada": "create",
      "network:team-brook": "create",
      "volume:team-ada-data": "create",
    });

    expect((await here.fleet(["up", "team", "--simulate", "--yes"], { env })).code).toBe(0);
    // What the simulation keeps is a state like any other.
    const state = { PULUMI_BACKEND_URL: `file://${here.root}/home/.agent-fleet/simulated` };
    expect(changes(await graph(state))).toEqual({});

    here.write(
      "stacks/Pulumi.team.yaml",
      STACK.replace("memory: 64MiB", "memory: 96MiB")
        .replace("    brook:", "    cleo:")
        .replace("/data }", "/data }, more: { path: /more }"),
    );
    const nodes = await graph(state);
    expect(changes(nodes)).toEqual({
      "agent:ada": "replace",
      "agent:brook": "delete",
      "agent:cleo": "create",
      "network:team-brook": "delete",
      "network:team-cleo": "create",
      "volume:team-ada-more": "create",
    });
    expect(nodes["agent:brook"]).toMatchObject({ parent: "machine:here" });
    expect(nodes["agent:ada"]!.steps).toContainEqual({
      op: "replace",
      name: "team-ada-container",
      type: "docker:index/container:Container",
      retained: false,
    });
  });

  it("says what is wrong with what it is given", async () => {
    const here = project({ "stacks/Pulumi.team.yaml": STACK });
    const unknown = await here.fleet(["graph", "taem"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("did you mean team?");
    const nowhere = await here.fleet(["graph", "team", "--out", join(here.root, "no/such/folder.html")]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/cannot write .*folder\.html: ENOENT/);
    expect((await here.fleet(["graph", "team", "--format", "svg"])).stderr).toContain("mermaid, html, json");
  });

  it("shows what a program of one's own makes, too", async () => {
    const here = project({
      "index.ts": `
import * as random from "@pulumi/random";
export default async () => {
  new random.RandomPet("first", {});
};
`,
      "stacks/Pulumi.own.yaml": "config:\n  fleet:machines: {}\n  fleet:agents: {}\n",
    });
    const { stdout, code } = await here.fleet(["graph", "own", "--format", "json"]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Topology).nodes).toMatchObject([
      { kind: "resource", label: "first", detail: "RandomPet" },
    ]);
  });
});
