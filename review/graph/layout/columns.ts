import type { NodeKind, TopologyNode } from "../types.js";
import { CARD, FRAME } from "./card.js";

/** The columns, from left to right: outside, four of machines, outside again. */
export const COLUMN = { outside: 0, edges: 1, work: 2, data: 3, disks: 4, beyond: 5 } as const;

/** Between columns: room for the lines. */
const GAP = 72;
const MARGIN = 36;

const OF_KIND: Record<NodeKind, number> = {
  internet: COLUMN.outside,
  zone: COLUMN.outside,
  record: COLUMN.outside,
  tunnel: COLUMN.outside,
  shared: COLUMN.outside,
  cloud: COLUMN.edges,
  hypervisor: COLUMN.edges,
  machine: COLUMN.edges,
  edge: COLUMN.edges,
  agent: COLUMN.work,
  service: COLUMN.work,
  database: COLUMN.work,
  volume: COLUMN.data,
  folder: COLUMN.data,
  network: COLUMN.data,
  disk: COLUMN.disks,
  backup: COLUMN.disks,
  repository: COLUMN.beyond,
  resource: COLUMN.beyond,
};

export const columnOf = ({ kind }: TopologyNode): number => OF_KIND[kind];

/** Where the columns are that a topology needs, and how wide its machines' frames are. */
export class Columns {
  readonly #left = new Map<number, number>();
  /** Left border of machines' frames, and their width. */
  readonly machines: { x: number; width: number };
  readonly cardWidth = CARD.width;
  /** Right border of all. */
  readonly right: number;

  constructor(nodes: TopologyNode[]) {
    const isBox = (node: TopologyNode) => ["machine", "cloud", "hypervisor"].includes(node.kind);
    const used = new Set(nodes.filter((node) => !isBox(node) && node.kind !== "resource").map(columnOf));
    const hasMachines = nodes.some(isBox);
    const inner = [1, 2, 3, 4].filter((column) => used.has(column));
    // Clouds' frames are around those of machines, and zones' around records.
    let x = MARGIN + (nodes.some(({ kind }) => kind === "zone") ? FRAME.padding : 0);
    if (used.has(COLUMN.outside)) {
      this.#left.set(COLUMN.outside, x);
      x += CARD.width + FRAME.padding + GAP;
    }
    if (nodes.some(({ kind }) => kind === "cloud" || kind === "hypervisor")) x += FRAME.padding;
    const begin = x;
    x += FRAME.padding;
    for (const column of inner) {
      this.#left.set(column, x);
      x += CARD.width + GAP;
    }
    const width = Math.max(x - GAP + FRAME.padding - begin, 2 * CARD.width);
    this.machines = { x: begin, width: hasMachines ? width : 0 };
    x = hasMachines ? begin + width : begin - FRAME.padding;
    if (used.has(COLUMN.beyond)) {
      x += GAP + (begin > MARGIN ? FRAME.padding : 0);
      this.#left.set(COLUMN.beyond, x);
      x += CARD.width;
    }
    this.right = Math.max(x + MARGIN, 3 * CARD.width);
  }

  /** Left border of a column's cards. */
  left(column: number): number {
    return this.#left.get(column) ?? MARGIN;
  }

  /** Whether nothing is between two columns. */
  adjacent(from: number, to: number): boolean {
    return ![...this.#left.keys()].some((column) => column > Math.min(from, to) && column < Math.max(from, to));
  }
}
