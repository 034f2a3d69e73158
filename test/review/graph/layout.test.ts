import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layout } from "../../../review/graph/layout/layout.js";
import { textWidth, wrap } from "../../../review/graph/layout/measure.js";
import type { Layout, Placed } from "../../../review/graph/layout/types.js";
import type { NodeKind, Topology, TopologyEdge, TopologyNode } from "../../../review/graph/types.js";
import { pointsOn } from "./path.js";

const overlap = (a: Placed, b: Placed) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const contains = (outer: Placed, inner: Placed) =>
  outer.x < inner.x &&
  outer.y < inner.y &&
  outer.x + outer.width > inner.x + inner.width &&
  outer.y + outer.height > inner.y + inner.height;

/** What is wrong with a layout, as far as anybody can see. */
function faults({ width, height, nodes, edges }: Layout): string[] {
  const found: string[] = [];
  const byId = new Map(nodes.map((one) => [one.node.id, one]));
  for (const one of nodes) {
    if (one.x < 0 || one.y < 0 || one.x + one.width > width || one.y + one.height > height)
      found.push(`${one.node.id} is outside`);
    const parent = byId.get(one.node.parent ?? "");
    if (parent?.frame && !contains(parent, one)) found.push(`${one.node.id} sticks out of ${parent.node.id}`);
  }
  const isAround = (outer: Placed, inner: Placed): boolean => {
    for (let at = inner.node.parent; at !== undefined; at = byId.get(at)?.node.parent)
      if (at === outer.node.id) return true;
    return false;
  };
  for (const [at, a] of nodes.entries())
    for (const b of nodes.slice(at + 1))
      if (overlap(a, b) && !isAround(a, b) && !isAround(b, a)) found.push(`${a.node.id} and ${b.node.id} overlap`);
  for (const { edge, path } of edges)
    for (const [x, y] of pointsOn(path)) {
      if (x < 0 || y < 0 || x > width || y > height) found.push(`${edge.from} → ${edge.to} leaves the drawing`);
      const hit = nodes.find(
        (one) =>
          !one.frame && x > one.x + 1 && x < one.x + one.width - 1 && y > one.y + 1 && y < one.y + one.height - 1,
      );
      if (hit) found.push(`${edge.from} → ${edge.to} goes through ${hit.node.id}`);
    }
  return [...new Set(found)];
}

const node = (id: string, kind: NodeKind, parent?: string, label = id): TopologyNode => ({
  id,
  kind,
  label,
  detail: `detail of ${label}`,
  ...(parent && { parent }),
  facts: [],
  steps: [],
});

/** A stack with everything in it, as large as asked. */
function stack(size: {
  machines: number;
  agents: number;
  volumes: number;
  records: number;
  isInCloud: boolean;
  name: string;
}): Topology {
  const { machines, agents, volumes, records, isInCloud, name } = size;
  const nodes: TopologyNode[] = [node("internet:all", "internet"), node("zone:z", "zone"), node("shared:s", "shared")];
  const edges: TopologyEdge[] = [];
  const line = (from: string, relation: TopologyEdge["relation"], to: string) =>
    edges.push({ from, relation, to, label: relation });
  if (isInCloud) nodes.push(node("cloud:c", "cloud"), node("network:vpc", "network", "cloud:c"));
  for (let m = 0; m < machines; m++) {
    const machine = `machine:${m}`;
    nodes.push(node(machine, "machine", isInCloud ? "cloud:c" : undefined, name));
    nodes.push(
      node(`edge:${m}`, "edge", machine),
      node(`disk:${m}`, "disk", machine),
      node(`backup:${m}`, "backup", machine),
    );
    nodes.push(node(`network:edge-${m}`, "network", machine), node(`repository:${m}`, "repository"));
    line("internet:all", "routes", `edge:${m}`);
    line(`edge:${m}`, "joins", `network:edge-${m}`);
    line(`backup:${m}`, "saves", `repository:${m}`);
    for (let a = 0; a < agents; a++) {
      const agent = `agent:${m}-${a}`;
      nodes.push(node(agent, a % 3 === 2 ? "service" : "agent", machine, `${name}${a}`));
      line(`edge:${m}`, "serves", agent);
      if (a > 0) line(agent, "reaches", `agent:${m}-0`);
      if (a % 2 === 1) line(agent, "joins", `network:edge-${m}`);
      if (a % 4 === 3) line(agent, "uses", "shared:s");
      for (let v = 0; v < volumes; v++) {
        nodes.push(node(`volume:${m}-${a}-${v}`, v % 2 ? "volume" : "folder", machine));
        line(agent, "stores", `volume:${m}-${a}-${v}`);
        line(`volume:${m}-${a}-${v}`, "stores", `disk:${m}`);
        line(`volume:${m}-${a}-${v}`, "saves", `backup:${m}`);
      }
    }
    for (let r = 0; r < records; r++) {
      nodes.push(node(`record:${m}-${r}`, "record", "zone:z", `${name}${r}.example.org`));
      line(`record:${m}-${r}`, "resolves", r % 2 ? `edge:${m}` : machine);
    }
  }
  line("zone:z", "uses", "shared:s");
  if (isInCloud) line("cloud:c", "uses", "shared:s");
  nodes.push(node("resource:other", "resource"));
  return { stack: "test", nodes, edges, planned: false };
}

describe("a layout", () => {
  it("overlaps nothing, cuts nothing off, and leads no line through a card, however large the stack", () => {
    fc.assert(
      fc.property(
        fc.record({
          machines: fc.integer({ min: 0, max: 4 }),
          agents: fc.integer({ min: 0, max: 7 }),
          volumes: fc.integer({ min: 0, max: 3 }),
          records: fc.integer({ min: 0, max: 6 }),
          isInCloud: fc.boolean(),
          name: fc.string({ minLength: 1, maxLength: 60 }),
        }),
        (size) => {
          expect(faults(layout(stack(size)))).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it("places every node once and every line whose ends there are", () => {
    const topology = stack({ machines: 2, agents: 3, volumes: 1, records: 2, isInCloud: true, name: "x" });
    const { nodes, edges } = layout(topology);
    expect(nodes.map(({ node }) => node.id).sort()).toEqual(topology.nodes.map(({ id }) => id).sort());
    expect(edges).toHaveLength(topology.edges.length);
  });

  it("draws a stack of nothing, and one of resources alone", () => {
    expect(layout({ stack: "none", nodes: [], edges: [], planned: false }).nodes).toEqual([]);
    const nodes = Array.from({ length: 9 }, (_, at) => node(`resource:${at}`, "resource"));
    expect(faults(layout({ stack: "plain", nodes, edges: [], planned: false }))).toEqual([]);
  });
});

describe("lines of text", () => {
  it("fit, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        for (const line of wrap(text, 12, 150)) expect(textWidth(line, 12)).toBeLessThanOrEqual(150);
      }),
    );
  });

  it("break where words do, lose nothing, and end with an ellipsis where there are too many", () => {
    expect(wrap("/opt/mypa/agents/pa-beta-team", 12, 150)).toEqual(["/opt/mypa/agents/pa-", "beta-team"]);
    const long = "x".repeat(50);
    expect(wrap(long, 12, 150).join("")).toBe(long);
    expect(wrap("one two three four", 12, 50, 2)).toHaveLength(2);
    expect(wrap("one two three four", 12, 50, 2)[1]).toMatch(/…$/);
  });
});
