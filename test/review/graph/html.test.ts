import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { html } from "../../../review/graph/html.js";
import { topology } from "../../../review/graph/topology.js";
import type { Topology } from "../../../review/graph/types.js";
import { stepOf, TestFleet } from "./fleet.js";

const between = (text: string, begin: string, end: string): string => {
  const from = text.indexOf(begin) + begin.length;
  return text.slice(from, text.indexOf(end, from));
};
const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const fleet = new TestFleet();
const ada = fleet.agent("ada", fleet.machine("here"), { path: "/data", reaches: ["brook"] });
const graph = topology("test", fleet.resources, { steps: [stepOf("create", ada)] });
const page = html(graph);

describe("the page", () => {
  it("allows its own style and script, and nothing else", () => {
    const policy = between(page, 'http-equiv="Content-Security-Policy" content="', '"');
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain(`style-src '${hash(between(page, "<style>", "</style>"))}'`);
    expect(policy).toContain(`script-src '${hash(between(page, "<script>", "</script>"))}'`);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page).not.toMatch(/https?:\/\/|@import|url\((?!#)|\sstyle=|\son\w+=/);
  });

  it("holds each node as a drawing, as data and, where a plan touches it, in a table", () => {
    const { nodes, edges } = JSON.parse(between(page, 'id="topology">', "</script>")) as {
      nodes: { label: string; parent?: number }[];
      edges: unknown[];
    };
    expect(nodes).toHaveLength(graph.nodes.length);
    expect(edges).toHaveLength(graph.edges.length);
    expect(page.match(/data-node="/g)).toHaveLength(graph.nodes.length);
    expect(nodes[nodes.find(({ label }) => label === "ada")!.parent!]!.label).toBe("here");
    expect(page).toContain("Plan: 1 created");
    expect(page).toContain(
      '<span class="op create">create</span>test-ada <span class="type">fleet:agents:Agent</span>',
    );
  });

  it("tells of no plan where none was asked for", () => {
    const plain = html(topology("test", fleet.resources));
    expect(plain).not.toContain("Plan:");
    expect(plain).not.toContain('class="plan"');
    expect(html({ ...graph, nodes: [], edges: [] })).toContain("Plan: no changes");
  });
});

it("takes names for text, whatever they hold", () => {
  const name = `</script></title><script>alert(1)</script><img src=x onerror="alert(2)">'\u202E`;
  const hostile: Topology = {
    stack: name,
    planned: true,
    nodes: [
      {
        id: name,
        kind: "agent",
        label: name,
        detail: name,
        facts: [[name, name]],
        change: "replace",
        steps: [{ op: "replace", name, type: name, retained: false }],
      },
      { id: "other", kind: "agent", label: "other", detail: "", facts: [], steps: [] },
    ],
    edges: [{ from: name, to: "other", relation: "reaches", label: name }],
  };
  const text = html(hostile);
  expect(text.match(/<script/g)).toHaveLength(2);
  expect(text.match(/<\/script>/g)).toHaveLength(2);
  expect(text.match(/<\/title>/g)!.length).toBe(text.match(/<title>/g)!.length);
  expect(text).not.toContain("<img");
  expect(text).not.toContain("\u202E");
  const data = JSON.parse(between(text, 'id="topology">', "</script>")) as { nodes: { label: string }[] };
  expect(data.nodes[0]!.label).toBe(name.replace("\u202E", "\uFFFD"));
});
