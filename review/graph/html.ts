import { createHash } from "node:crypto";
import { layout } from "./layout/layout.js";
import { SCRIPT } from "./page/script.js";
import { STYLE } from "./page/style.js";
import { svg } from "./page/svg.js";
import { escapeHtml, visible } from "./text.js";
import type { NodeKind, Relation, Topology } from "./types.js";
import { CHANGE_SIGNS, CHANGE_WORDS, CHANGES, KIND_WORDS, RELATION_WORDS } from "./words.js";

/**
 * The topology as one page that needs nothing else: its own style and script, and leave for no others. Every name in it is text, whatever it
 * holds.
 */
export function html(topology: Topology): string {
  const { stack } = topology;
  const drawn = layout(topology);
  const title = `${stack}: topology`;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(stack)}</h1>
<p>${counts(topology)}</p>
${topology.planned ? `<p>${planned(topology)}</p>` : ""}
</header>
${legend(topology)}
<main>
<div class="drawing">
${svg(drawn, title)}
</div>
<aside hidden aria-live="polite" aria-label="Details"></aside>
</main>
${plan(topology)}
<script type="application/json" id="topology">${data(
    topology,
    drawn.nodes.map(({ node }) => node.id),
  )}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const COUNTED: NodeKind[] = ["machine", "agent", "service", "edge", "volume", "folder", "disk", "network", "record"];

function counts({ nodes }: Topology): string {
  const parts = COUNTED.flatMap((kind) => {
    const number = nodes.filter((node) => node.kind === kind).length;
    return number === 0 ? [] : [`${number} ${KIND_WORDS[kind]}${number === 1 ? "" : "s"}`];
  });
  return parts.join(", ") || "nothing";
}

function planned({ nodes }: Topology): string {
  const parts = CHANGES.flatMap((change) => {
    const number = nodes.filter((node) => node.change === change).length;
    return number === 0 ? [] : [`${number} ${CHANGE_WORDS[change]}`];
  });
  return `Plan: ${parts.join(", ") || "no changes"}`;
}

/** What the lines and the marks mean, as far as there are any. */
function legend({ edges, planned, nodes }: Topology): string {
  const relations = (Object.keys(RELATION_WORDS) as Relation[]).filter((one) =>
    edges.some(({ relation }) => relation === one),
  );
  const lines = relations.map(
    (one) =>
      `<li><svg width="28" height="8" aria-hidden="true"><path class="line ${one}" d="M1,4 L27,4"/></svg>${RELATION_WORDS[one]}</li>`,
  );
  const marks = CHANGES.filter((change) => planned && nodes.some((node) => node.change === change)).map(
    (change) => `<li><span class="swatch ${change}"></span>${CHANGE_SIGNS[change]} ${CHANGE_WORDS[change]}</li>`,
  );
  return `<ul class="legend" aria-label="Legend">${[...lines, ...marks].join("")}</ul>`;
}

/** The plan as a table too, for paper and for those who do not see the drawing. */
function plan({ nodes, planned }: Topology): string {
  const changed = nodes.filter(({ steps }) => steps.length > 0);
  if (!planned || changed.length === 0) return "";
  const rows = changed.map(({ kind, label, change, steps }) => {
    const told = steps.map(
      ({ op, name, type, retained }) =>
        `<span class="op ${op}">${op}</span>${escapeHtml(name)} <span class="type">${escapeHtml(type)}${retained ? ", the object stays" : ""}</span>`,
    );
    const mark = change ? `${CHANGE_SIGNS[change]} ${CHANGE_WORDS[change]}` : "";
    return `<tr><td>${KIND_WORDS[kind]}</td><td>${escapeHtml(label)}</td><td>${mark}</td><td>${told.join("<br>")}</td></tr>`;
  });
  return `<section class="plan"><h2>Plan</h2><table><thead><tr><th>What</th><th>Name</th><th>Is</th><th>Steps</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table></section>`;
}

/** What the script reads. `<` is written as its number: nothing in it ends the element. */
function data({ nodes, edges }: Topology, order: string[]): string {
  const index = new Map(order.map((id, at) => [id, at]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const clean = {
    nodes: order.map((id) => {
      const { parent, kind, label, detail, change, facts, steps } = byId.get(id)!;
      return {
        kind,
        label: visible(label),
        detail: visible(detail),
        ...(change && { change }),
        ...(parent !== undefined && index.has(parent) && { parent: index.get(parent) }),
        facts: facts.map((fact) => fact.map(visible)),
        steps: steps.map((step) => ({ ...step, name: visible(step.name), type: visible(step.type) })),
      };
    }),
    edges: edges.map(({ from, to, relation, label }) => ({
      from: index.get(from),
      to: index.get(to),
      relation,
      label: visible(label),
    })),
    kinds: KIND_WORDS,
    relations: RELATION_WORDS,
    changes: CHANGE_WORDS,
  };
  return JSON.stringify(clean).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
