import { CARD, FRAME, LINE } from "../layout/card.js";
import type { Layout, Placed, PlacedEdge } from "../layout/types.js";
import { escapeHtml } from "../text.js";
import type { Relation } from "../types.js";
import { CHANGE_SIGNS, CHANGE_WORDS, KIND_WORDS, RELATION_WORDS } from "../words.js";

/** Lines that show which way they go; the others only join. */
const WITH_ARROW = new Set<Relation>(["routes", "resolves", "serves", "reaches", "saves", "uses"]);

/** The drawing. Colours come from the page's style, by class. */
export function svg({ width, height, nodes, edges }: Layout, title: string): string {
  const labels = new Map(nodes.map(({ node }) => [node.id, node.label]));
  const relations = [...new Set(edges.map(({ edge }) => edge.relation))].filter((one) => WITH_ARROW.has(one));
  const index = new Map(nodes.map(({ node }, at) => [node.id, at]));
  const frames = nodes.filter(({ frame }) => frame);
  const cards = nodes.filter(({ frame }) => !frame);
  const draw = (one: Placed) => node(one, index.get(one.node.id)!);
  // The order of drawing is that of the tab key as well: frames, which others lie on, and then what is in them.
  return [
    `<svg viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="group" aria-label="${escapeHtml(title)}">`,
    `<defs>${relations.map(arrow).join("")}</defs>`,
    ...frames.map(draw),
    `<g aria-hidden="true">${edges.map((edge) => line(edge, index, labels)).join("\n")}</g>`,
    ...cards.map(draw),
    "</svg>",
  ].join("\n");
}

const arrow = (relation: Relation): string =>
  `<marker id="to-${relation}" class="tip ${relation}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0.5 L8,4 L0,7.5 Z"/></marker>`;

function line({ edge, path }: PlacedEdge, index: Map<string, number>, labels: Map<string, string>): string {
  const { from, to, relation, label } = edge;
  const tip = WITH_ARROW.has(relation) ? ` marker-end="url(#to-${relation})"` : "";
  const told = `${labels.get(from)} → ${labels.get(to)}: ${label === RELATION_WORDS[relation] ? label : `${RELATION_WORDS[relation]} (${label})`}`;
  return `<path class="line ${relation}" data-from="${index.get(from)}" data-to="${index.get(to)}" d="${path}"${tip}><title>${escapeHtml(told)}</title></path>`;
}

function node({ node, x, y, width, height, frame, label, detail }: Placed, index: number): string {
  const { kind, change } = node;
  const inset = frame ? FRAME.padding : CARD.padding;
  const spoken = [KIND_WORDS[kind], node.label, node.detail, change && CHANGE_WORDS[change]].filter(Boolean).join(", ");
  let baseline = y + (frame ? 22 : 19);
  const parts = [
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="${frame ? 12 : 8}"/>`,
    ...(frame ? [] : [`<rect class="kind" x="${x}" y="${y + 8}" width="3.5" height="${height - 16}" rx="1.75"/>`]),
    `<text class="caption" x="${x + inset}" y="${baseline}">${escapeHtml(KIND_WORDS[kind].toUpperCase())}</text>`,
  ];
  if (change) {
    const mark = `${CHANGE_SIGNS[change]} ${CHANGE_WORDS[change]}`;
    parts.push(`<text class="mark" text-anchor="end" x="${x + width - inset}" y="${baseline}">${mark}</text>`);
  }
  baseline += LINE.label + 1;
  const texts = [
    ...label.map((text) => ({ text, of: "label", height: LINE.label })),
    ...detail.map((text) => ({ text, of: "detail", height: LINE.detail })),
  ];
  for (const [at, { text, of, height }] of texts.entries()) {
    parts.push(`<text class="${of}" x="${x + inset}" y="${baseline}">${escapeHtml(text)}</text>`);
    baseline += texts[at + 1]?.height ?? height;
  }
  const classes = ["node", kind, frame ? "frame" : "card", ...(change ? ["changed", change] : [])].join(" ");
  return `<g class="${classes}" data-node="${index}" tabindex="0" role="button" aria-label="${escapeHtml(spoken)}">${parts.join("")}</g>`;
}
