import type { Change, NodeKind, Relation } from "./types.js";

/** Kinds as people name them. */
export const KIND_WORDS: Record<NodeKind, string> = {
  internet: "who comes in",
  zone: "DNS zone",
  record: "DNS record",
  shared: "stack",
  cloud: "cloud",
  hypervisor: "hypervisor",
  machine: "machine",
  edge: "edge",
  tunnel: "tunnel",
  agent: "agent",
  service: "service",
  database: "database",
  volume: "volume",
  folder: "folder",
  disk: "block volume",
  network: "network",
  backup: "backup",
  repository: "backup repository",
  resource: "resource",
};

/** What a line means. */
export const RELATION_WORDS: Record<Relation, string> = {
  routes: "comes in",
  resolves: "DNS leads to",
  serves: "serves",
  reaches: "talks to",
  stores: "keeps data in",
  joins: "is in the network",
  saves: "is backed up",
  uses: "uses the stack",
};

export const CHANGE_WORDS: Record<Change, string> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** As plans mark them. */
export const CHANGE_SIGNS: Record<Change, string> = { create: "+", update: "~", replace: "±", delete: "−" };

export const CHANGES: Change[] = ["create", "update", "replace", "delete"];
