import { visible } from "./text.js";
import type { NodeKind, Relation, Topology, TopologyEdge, TopologyNode } from "./types.js";
import { CHANGE_SIGNS, CHANGE_WORDS, CHANGES, KIND_WORDS } from "./words.js";

/** As many lines as Mermaid draws where nobody has set it otherwise, which GitHub has not. */
const MOST_EDGES = 500;
/** What is left out first where there are more. */
const LEAST_TOLD: Relation[] = ["joins", "saves", "uses", "resolves"];

const SHAPES: Partial<Record<NodeKind, [string, string]>> = {
  internet: ["((", "))"],
  record: ["([", "])"],
  shared: ["[[", "]]"],
  edge: ["{{", "}}"],
  tunnel: ["{{", "}}"],
  agent: ["(", ")"],
  database: ["[(", ")]"],
  volume: ["[(", ")]"],
  folder: ["[(", ")]"],
  disk: ["[(", ")]"],
  network: ["([", "])"],
  repository: ["[(", ")]"],
};

const ARROWS: Record<Relation, string> = {
  routes: "-->",
  resolves: "-.->",
  serves: "-->",
  reaches: "==>",
  stores: "---",
  joins: "-.-",
  saves: "-.->",
  uses: "-.->",
};

/** Colours that can be told apart in light and in dark, and by those who see red and green alike: the sign in the label says it too. */
const COLOURS = {
  create: "fill:#d3f2dc,stroke:#1a7f37,color:#10301a",
  update: "fill:#fff1c2,stroke:#9a6700,color:#3b2a00",
  replace: "fill:#e6dcff,stroke:#6639ba,color:#241046",
  delete: "fill:#ffd9d6,stroke:#cf222e,color:#4a0d12,stroke-dasharray:5 3",
};

/** The topology as a Mermaid flowchart. Names are nothing but text in it, whatever they hold. */
export function mermaid({ stack, nodes, edges, planned }: Topology): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const holders = new Set(nodes.map(({ parent }) => parent));
  const lines = [`%% ${visible(stack).replace(/[^\w .-]/g, "")}`, "flowchart LR"];
  const write = (parent: string | undefined, indent: string) => {
    for (const node of nodes.filter((one) => (ids.has(one.parent ?? "") ? one.parent : undefined) === parent)) {
      const id = ids.get(node.id)!;
      if (!holders.has(node.id) && !isBox(node)) {
        const [open, close] = SHAPES[node.kind] ?? ["[", "]"];
        lines.push(`${indent}${id}${open}"${label(node)}"${close}`);
        continue;
      }
      lines.push(`${indent}subgraph ${id}["${title(node)}"]`);
      lines.push(`${indent}  direction LR`);
      write(node.id, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  write(undefined, "  ");
  for (const { from, to, relation, label: text } of fewEnough(edges, lines)) {
    lines.push(`  ${ids.get(from)} ${ARROWS[relation]}|"${escapeMermaid(text)}"| ${ids.get(to)}`);
  }
  for (const change of planned ? CHANGES : []) {
    const marked = nodes.filter((node) => node.change === change).map(({ id }) => ids.get(id));
    if (marked.length === 0) continue;
    lines.push(`  classDef ${change}d ${COLOURS[change]}`, `  class ${marked.join(",")} ${change}d`);
  }
  return `${lines.join("\n")}\n`;
}

/** A machine is a box even if nothing is on it. */
const isBox = ({ kind }: TopologyNode) => kind === "machine" || kind === "cloud" || kind === "hypervisor";

function label({ label, detail, change }: TopologyNode): string {
  const mark = change && `${CHANGE_SIGNS[change]} ${CHANGE_WORDS[change]}`;
  return told([label, detail, mark]).join("<br/>");
}

/** In one line: Mermaid leaves no room for more above what a box holds. */
function title({ kind, label, change }: TopologyNode): string {
  const mark = change && `${CHANGE_SIGNS[change]} ${CHANGE_WORDS[change]}`;
  return told([`${KIND_WORDS[kind]} ${label}`, mark]).join(", ");
}

const told = (parts: (string | undefined)[]): string[] =>
  parts.flatMap((part) => (part === undefined || part === "" ? [] : [escapeMermaid(part)]));

/** Everything that Mermaid, Markdown or HTML could take for its own is written as a character's number. */
function escapeMermaid(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} .,:/_@=+~±−·-]/gu, (char) => `#${char.codePointAt(0)};`);
}

function fewEnough(edges: TopologyEdge[], lines: string[]): TopologyEdge[] {
  let left = edges;
  for (const relation of LEAST_TOLD) {
    if (left.length <= MOST_EDGES) return left;
    left = left.filter((edge) => edge.relation !== relation);
    lines.push(`  %% too many lines for Mermaid: those of "${relation}" are left out`);
  }
  return left;
}
