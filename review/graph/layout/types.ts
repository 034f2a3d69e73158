import type { TopologyEdge, TopologyNode } from "../types.js";

/** A node with its place, in CSS pixels. */
export interface Placed {
  node: TopologyNode;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Others are drawn within it. */
  frame: boolean;
  /** Its texts in lines, as they fit. */
  label: string[];
  detail: string[];
  /** From left to right: lines go through the gaps between columns. Frames have that of their left border. */
  column: number;
}

export interface PlacedEdge {
  edge: TopologyEdge;
  /** As SVG has it. */
  path: string;
}

export interface Layout {
  width: number;
  height: number;
  nodes: Placed[];
  edges: PlacedEdge[];
}
