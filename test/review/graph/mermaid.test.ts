import { describe, expect, it } from "vitest";
import { mermaid } from "../../../review/graph/mermaid.js";
import { topology } from "../../../review/graph/topology.js";
import type { Topology, TopologyNode } from "../../../review/graph/types.js";
import { stepOf, TestFleet } from "./fleet.js";

const node = (id: string, more: Partial<TopologyNode> = {}): TopologyNode => ({
  id,
  kind: "agent",
  label: id,
  detail: "",
  facts: [],
  steps: [],
  ...more,
});

it("draws machines as boxes, with what changes marked by colour and by sign", () => {
  const fleet = new TestFleet();
  const here = fleet.machine("here");
  const ada = fleet.agent("ada", here, { path: "/data", reaches: ["brook"] });
  fleet.agent("brook", here);
  const text = mermaid(topology("test", fleet.resources, { steps: [stepOf("create", ada), stepOf("update", here)] }));
  expect(text).toBe(`%% test
flowchart LR
  subgraph n0["machine here, ~ updated"]
    direction LR
    n1("ada<br/>+ created")
    n2("brook")
    n3(["test-ada<br/>Docker network"])
    n4[("test-ada-data<br/>/data")]
    n5(["test-brook<br/>Docker network"])
  end
  n1 -.-|"is in"| n3
  n1 ---|"keeps data in"| n4
  n2 -.-|"is in"| n5
  n1 ==>|"reaches"| n2
  classDef created fill:#d3f2dc,stroke:#1a7f37,color:#10301a
  class n1 created
  classDef updated fill:#fff1c2,stroke:#9a6700,color:#3b2a00
  class n0 updated
`);
});

describe("names that are no names", () => {
  const HOSTILE = [
    'a"] --> evil["b',
    "<img src=x onerror=alert(1)>",
    "`**bold**`",
    "end\n  click n0 call alert()",
    "```\n# out of the block",
    "%%{init: {'securityLevel':'loose'}}%%",
    "&lt;script&gt; #quot; #35;",
    "\u202Eright to left\u0000",
    "a;b|c{d}e(f)g",
  ];

  it.each(HOSTILE)("writes %j as text", (name) => {
    const graph: Topology = {
      stack: name,
      nodes: [
        node("machine:m", { kind: "machine", label: name }),
        node("agent:a", { label: name, detail: name, parent: "machine:m" }),
      ],
      edges: [{ from: "agent:a", to: "machine:m", relation: "uses", label: name }],
      planned: false,
    };
    const lines = mermaid(graph).trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^%% [\w .-]*$/);
    // Within the quotes is nothing that could end them, and nothing that Mermaid, Markdown or HTML would read.
    const text = String.raw`(?:[^"\`<>&*\\|{}()[\]#;%]|#\d+;)*`;
    expect(lines[2]).toMatch(new RegExp(`^  subgraph n0\\["machine ${text}"\\]$`));
    expect(lines[4]).toMatch(new RegExp(`^    n1\\("${text}<br/>${text}"\\)$`));
    expect(lines[6]).toMatch(new RegExp(`^  n1 -\\.->\\|"${text}"\\| n0$`));
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

it("leaves out the lines that tell least where there are more than Mermaid draws, and says so", () => {
  const agents = Array.from({ length: 200 }, (_, at) => node(`agent:${at}`));
  const edges = agents.flatMap(({ id }) =>
    (["serves", "stores", "joins", "saves"] as const).map((relation) => ({
      from: "edge:e",
      to: id,
      relation,
      label: relation,
    })),
  );
  const text = mermaid({ stack: "big", nodes: [node("edge:e", { kind: "edge" }), ...agents], edges, planned: false });
  expect(text).toContain('%% too many lines for Mermaid: those of "joins" are left out');
  expect(text.match(/\|"/g)).toHaveLength(400);
  expect(text.match(/\|"serves"\|/g)).toHaveLength(200);
  expect(text.match(/\|"stores"\|/g)).toHaveLength(200);
});
