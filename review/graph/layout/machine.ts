import type { TopologyEdge, TopologyNode } from "../types.js";
import { card, FRAME, frame, headerHeight, middle, settle, stack } from "./card.js";
import { COLUMN, type Columns, columnOf } from "./columns.js";
import type { Placed } from "./types.js";

const GAP = { data: 10, work: 18, other: 18 } as const;

/** A machine with all that is on it, from a height on; the frame is the first. */
export function placeMachine(
  machine: TopologyNode,
  inside: TopologyNode[],
  edges: TopologyEdge[],
  place: { columns: Columns; top: number },
): Placed[] {
  const { columns } = place;
  const box = frame(machine, COLUMN.edges, columns.machines.x, columns.machines.width);
  box.y = place.top;
  const top = place.top + headerHeight(box);
  const cards = inside.map((node) => card(node, columnOf(node)));
  const of = (column: number) => cards.filter((one) => one.column === column);
  let bottom = placeWork(of(COLUMN.work), of(COLUMN.data), edges, { columns, top });
  for (const column of [COLUMN.edges, COLUMN.disks]) {
    const own = of(column);
    const wanted = wishes(own, cards, edges);
    own.sort((a, b) => (wanted.get(a) ?? Number.POSITIVE_INFINITY) - (wanted.get(b) ?? Number.POSITIVE_INFINITY));
    bottom = Math.max(bottom, settle(own, columns.left(column), wanted, { top, bottom, gap: GAP.other }));
  }
  box.height = bottom + FRAME.padding - box.y;
  return [box, ...cards];
}

/** Those that work, each beside the data that it has. Below them what is the edges' own. Gives the height at which they end. */
function placeWork(
  work: Placed[],
  data: Placed[],
  edges: TopologyEdge[],
  place: { columns: Columns; top: number },
): number {
  const { columns, top } = place;
  // What is kept comes first, and networks below it.
  const left = new Set([...data].sort((a, b) => Number(isNetwork(a)) - Number(isNetwork(b))));
  const leads = (from: (id: string) => boolean, { node }: Placed) =>
    edges.some((edge) => edge.to === node.id && from(edge.from));
  const ofEdges = new Set(data.filter((one) => leads((from) => from.startsWith("edge:"), one)));
  let y = top;
  for (const one of work) {
    const beside = [...left].filter((each) => !ofEdges.has(each) && leads((from) => from === one.node.id, each));
    for (const each of beside) left.delete(each);
    const high = beside.reduce((sum, { height }) => sum + height + GAP.data, -GAP.data);
    const middleOfAll = y + Math.max(one.height, high) / 2;
    one.x = columns.left(COLUMN.work);
    one.y = middleOfAll - one.height / 2;
    stack(beside, columns.left(COLUMN.data), middleOfAll - high / 2, GAP.data);
    y += Math.max(one.height, high) + GAP.work;
  }
  if (left.size > 0) return stack([...left], columns.left(COLUMN.data), y, GAP.data);
  return work.length > 0 ? y - GAP.work : y;
}

const isNetwork = ({ node }: Placed) => node.kind === "network";

/** Where cards would best be: beside what they are connected with, as far as that has its place. */
function wishes(cards: Placed[], all: Placed[], edges: TopologyEdge[]): Map<Placed, number> {
  const heights = new Map(
    all
      .filter(({ column }) => column === COLUMN.work || column === COLUMN.data)
      .map((one) => [one.node.id, middle(one)]),
  );
  const wanted = new Map<Placed, number>();
  for (const one of cards) {
    const near = edges.flatMap(({ from, to }) => {
      const other = from === one.node.id ? to : to === one.node.id ? from : undefined;
      return other === undefined ? [] : (heights.get(other) ?? []);
    });
    if (near.length > 0) wanted.set(one, near.reduce((sum, height) => sum + height, 0) / near.length);
  }
  return wanted;
}
