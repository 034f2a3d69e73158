import type { ReviewedOp } from "../types.js";

/** What a node stands for. */
export type NodeKind =
  | "internet"
  | "zone"
  | "record"
  | "shared"
  | "cloud"
  | "hypervisor"
  | "machine"
  | "edge"
  | "tunnel"
  | "agent"
  | "service"
  | "database"
  | "volume"
  | "folder"
  | "disk"
  | "network"
  | "backup"
  | "repository"
  | "resource";

/** What a plan does to a node. */
export type Change = "create" | "update" | "replace" | "delete";

/** A step of the plan that belongs to a node. */
export interface NodeStep {
  op: ReviewedOp;
  name: string;
  type: string;
  /** The object is left in place. */
  retained: boolean;
}

export interface TopologyNode {
  /** `agent:ada`, `volume:local-ada-state`: the same for the same thing in every version of a stack. */
  id: string;
  kind: NodeKind;
  label: string;
  /** A second line, short. */
  detail: string;
  /** The node that it is in: a machine, a cloud, a zone. */
  parent?: string;
  change?: Change;
  /** What else is known of it: name and value, for people. */
  facts: [name: string, value: string][];
  /** All of the plan that touches it. */
  steps: NodeStep[];
}

/** What one node has to do with another. */
export type Relation = "routes" | "resolves" | "serves" | "reaches" | "stores" | "joins" | "saves" | "uses";

export interface TopologyEdge {
  from: string;
  to: string;
  relation: Relation;
  label: string;
}

export interface Topology {
  stack: string;
  /** What a node is in stands before it. */
  nodes: TopologyNode[];
  edges: TopologyEdge[];
  /** Whether a plan is marked in it. */
  planned: boolean;
}
