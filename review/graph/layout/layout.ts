import type { Topology, TopologyEdge, TopologyNode } from "../types.js";
import { card, FRAME, frame, headerHeight, middle, settle, stack } from "./card.js";
import { COLUMN, Columns, columnOf } from "./columns.js";
import { placeMachine } from "./machine.js";
import { route } from "./routes.js";
import type { Layout, Placed } from "./types.js";

const MARGIN = 28;
/** Between machines there is room for lines that go around them. */
const GAP = { machines: 44, outside: 22, records: 8, others: 16 } as const;

/**
 * Places a topology in columns: who comes in, DNS and other stacks; edges; agents and services; their data; disks and backups; and what is
 * beyond. Machines are frames around the inner ones, below each other, clouds frames around those.
 */
export function layout({ nodes, edges }: Topology): Layout {
  const columns = new Columns(nodes);
  const placed: Placed[] = [];
  const bottomOfMachines = placeMachines(nodes, edges, columns, placed);
  const bottom = Math.max(
    bottomOfMachines,
    placeOutside(nodes, edges, columns, placed, bottomOfMachines),
    placeBeyond(nodes, edges, columns, placed, bottomOfMachines),
  );
  const height = placeOthers(nodes, columns, placed, bottom) + MARGIN;
  // Frames lie below what they hold.
  placed.sort((a, b) => Number(b.frame) - Number(a.frame));
  return { width: columns.right, height, nodes: placed, edges: route(placed, edges, columns) };
}

const isCloud = ({ kind }: TopologyNode) => kind === "cloud" || kind === "hypervisor";
const isFrame = (node: TopologyNode) => isCloud(node) || node.kind === "machine" || node.kind === "zone";

function placeMachines(nodes: TopologyNode[], edges: TopologyEdge[], columns: Columns, placed: Placed[]): number {
  const within = (parent: string) => nodes.filter((node) => node.parent === parent);
  let top = MARGIN;
  const addMachine = (machine: TopologyNode) => {
    const all = placeMachine(machine, within(machine.id), edges, { columns, top });
    placed.push(...all);
    top += all[0]!.height;
  };
  for (const cloud of nodes.filter(isCloud)) {
    const { x, width } = columns.machines;
    const box = frame(cloud, COLUMN.edges, x - FRAME.padding, width + 2 * FRAME.padding);
    box.y = top;
    placed.push(box);
    top += headerHeight(box);
    const machines = within(cloud.id).filter(({ kind }) => kind === "machine");
    for (const [index, machine] of machines.entries()) {
      if (index > 0) top += GAP.machines;
      addMachine(machine);
    }
    const others = within(cloud.id)
      .filter(({ kind }) => kind !== "machine")
      .map((node) => card(node, COLUMN.edges));
    if (others.length > 0) top = row(others, x, x + width, machines.length > 0 ? top + GAP.machines : top);
    placed.push(...others);
    top += FRAME.padding;
    box.height = top - box.y;
    top += GAP.machines;
  }
  for (const machine of nodes.filter(({ kind, parent }) => kind === "machine" && parent === undefined)) {
    addMachine(machine);
    top += GAP.machines;
  }
  return top === MARGIN ? MARGIN : top - GAP.machines;
}

/** On the left: who comes in, zones with their records, and other stacks. */
function placeOutside(
  nodes: TopologyNode[],
  edges: TopologyEdge[],
  columns: Columns,
  placed: Placed[],
  bottom: number,
): number {
  const x = columns.left(COLUMN.outside);
  const heights = new Map(placed.map((one) => [one.node.id, one.frame ? one.y + 24 : middle(one)]));
  const inside = new Set(placed.map(({ node }) => node.id));
  const own = nodes.filter((node) => columnOf(node) <= COLUMN.work && !inside.has(node.id) && node.kind !== "record");
  const records = new Map<Placed, Placed[]>();
  const cards = own.map((node) => {
    if (node.kind !== "zone") return card(node, COLUMN.outside);
    const box = frame(node, COLUMN.outside, x - FRAME.padding, columns.cardWidth + 2 * FRAME.padding);
    const lines = nodes.filter(({ parent }) => parent === node.id).map((record) => card(record, COLUMN.outside));
    records.set(box, lines);
    box.height = stack(lines, x, headerHeight(box), GAP.records) + FRAME.padding;
    return box;
  });
  const wanted = new Map<Placed, number>();
  for (const one of cards) {
    const names = new Set([one.node.id, ...(records.get(one) ?? []).map(({ node }) => node.id)]);
    const near = edges.flatMap(({ from, to }) =>
      names.has(from) ? (heights.get(to) ?? []) : names.has(to) ? (heights.get(from) ?? []) : [],
    );
    if (near.length > 0) wanted.set(one, near.reduce((sum, height) => sum + height, 0) / near.length);
  }
  // Other stacks come last, however near they would like to be.
  cards.sort((a, b) => Number(a.node.kind === "shared") - Number(b.node.kind === "shared") || rank(a) - rank(b));
  const end = settle(cards, x, wanted, { top: MARGIN, bottom, gap: GAP.outside });
  for (const one of cards) {
    placed.push(one);
    if (!one.frame) continue;
    one.x = x - FRAME.padding;
    const lines = records.get(one)!;
    stack(lines, x, one.y + headerHeight(one), GAP.records);
    placed.push(...lines);
  }
  return end;
}

const rank = ({ node }: Placed) => ["internet", "tunnel", "zone"].indexOf(node.kind);

/** On the right: where backups go. */
function placeBeyond(
  nodes: TopologyNode[],
  edges: TopologyEdge[],
  columns: Columns,
  placed: Placed[],
  bottom: number,
): number {
  const heights = new Map(placed.map((one) => [one.node.id, middle(one)]));
  const cards = nodes.filter(({ kind }) => kind === "repository").map((node) => card(node, COLUMN.beyond));
  const wanted = new Map<Placed, number>();
  for (const one of cards) {
    const near = edges.flatMap(({ from, to }) => (to === one.node.id ? (heights.get(from) ?? []) : []));
    if (near.length > 0) wanted.set(one, near.reduce((sum, height) => sum + height, 0) / near.length);
  }
  cards.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  placed.push(...cards);
  return settle(cards, columns.left(COLUMN.beyond), wanted, { top: MARGIN, bottom, gap: GAP.outside });
}

/** Below all: what belongs to no entry. */
function placeOthers(nodes: TopologyNode[], columns: Columns, placed: Placed[], bottom: number): number {
  const known = new Set(placed.map(({ node }) => node.id));
  const cards = nodes.filter((node) => !known.has(node.id) && !isFrame(node)).map((node) => card(node, COLUMN.beyond));
  placed.push(...cards);
  if (cards.length === 0) return bottom;
  return row(cards, MARGIN, columns.right - MARGIN, bottom === MARGIN ? bottom : bottom + GAP.machines);
}

/** Cards side by side, in as many rows as that takes. Gives the height at which they end. */
function row(cards: Placed[], left: number, right: number, top: number): number {
  let x = left;
  let y = top;
  let end = top;
  for (const one of cards) {
    if (x > left && x + one.width > right) {
      x = left;
      y = end + GAP.others;
    }
    one.x = x;
    one.y = y;
    x += one.width + GAP.others;
    end = Math.max(end, y + one.height);
  }
  return end;
}
