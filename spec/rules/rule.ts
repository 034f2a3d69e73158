import type { Fault } from "../fleet.js";
import type { Drafts } from "../read.js";

export type Report = (fault: Fault) => void;

/** Looks across entries for what no single entry's schema can see. Keys that are wrong by themselves are missing from the drafts. */
export type Rule = (drafts: Drafts, report: Report) => void;

/** A path as messages name it: `agents.ada.port`. */
export const dotted = (path: readonly (string | number)[]) => path.join(".");
