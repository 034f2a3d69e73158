import { EngineError } from "../../errors.js";
import type { EngineEvent } from "../../events.js";
import type { Cancellation, RunOptions } from "../../run.js";
import type { Snapshot } from "../../state/types.js";
import { verifySnapshot } from "../../state/verify.js";
import type { Executor } from "../execution/executor.js";
import { Selection } from "../goals/selection.js";
import { messageOf } from "../message.js";
import type { ProviderRegistry } from "../providers/provider-registry.js";
import { recover } from "./recovery.js";
import { needsRefresh, type RefreshResult, refresh } from "./refresh.js";

export interface BaseStateOptions {
  operation: "update" | "refresh" | "destroy" | "import";
  preview: boolean;
  parallel: number;
  onEvent: (event: EngineEvent) => void;
  cancellation: Cancellation;
  selection: Selection;
  run: Pick<RunOptions, "refresh" | "pendingCreate" | "project">;
}

/** The state that an operation begins with, and what was found out about it. */
export interface BaseState {
  snapshot: Snapshot;
  /** Undefined if nothing was to be refreshed. */
  refreshed?: RefreshResult;
}

/**
 * Makes the old state true before anything is planned with it: looks into what a killed run left pending, then reads what is to be
 * refreshed. `write` is called after each change.
 */
export async function prepareBaseState(
  base: Snapshot,
  providers: ProviderRegistry,
  options: BaseStateOptions,
  write: ((snapshot: Snapshot) => Promise<void>) | undefined,
): Promise<BaseState> {
  const { operation, preview, onEvent, cancellation, selection, run } = options;
  // Only a refresh may give something up or ask about it: that is what it is for.
  const pendingCreate = operation === "refresh" ? run.pendingCreate : undefined;
  const recovered = await recover(base, providers, { preview, pendingCreate, onEvent, signal: cancellation.abort });
  if (recovered !== base) await write?.(recovered);

  checkSelection(recovered, operation, selection);

  const full = operation === "refresh" || (run.refresh ?? run.project.refreshAlways);
  if (!full && !needsRefresh(recovered)) return { snapshot: recovered };
  const refreshed = await refresh(recovered, providers, {
    parallel: options.parallel,
    onEvent,
    cancellation,
    selection,
    alone: operation === "refresh",
    onlyBeforeUpdate: !full,
  });
  if (refreshed.snapshot !== recovered) await write?.(refreshed.snapshot);
  return { snapshot: refreshed.snapshot, refreshed };
}

/** Throws EngineError for targets that are not there. An update may yet make them. */
function checkSelection(snapshot: Snapshot, operation: BaseStateOptions["operation"], selection: Selection): void {
  const known = new Set(snapshot.resources.map(({ urn }) => urn));
  selection.check("replaces", known);
  if (operation === "update") return;
  selection.check("targets", known);
  selection.check("excludes", known);
}

/** Throws EngineError for a state that the rules of Pulumi's checkpoints do not allow: nothing true can be planned with it. */
export function requireIntegrity(snapshot: Snapshot, stack: string, path: string | undefined): void {
  const faults = verifySnapshot(snapshot);
  if (faults.length === 0) return;
  const more = faults.length > 5 ? `\n  and ${faults.length - 5} more` : "";
  throw new EngineError(
    `${path ?? "the state"} is not in order; nothing was changed:\n${faults
      .slice(0, 5)
      .map((fault) => `  ${fault}`)
      .join("\n")}${more}`,
    `\`fleet state repair ${stack}\` puts in order what it can, and shows it first`,
    1,
  );
}

/** What a run may touch. A destroy that spares what is protected excludes it. */
export function selectionFor(options: RunOptions, base: Snapshot): Selection {
  if (!options.excludeProtected) return new Selection(options);
  const guarded = base.resources.filter(({ protect }) => protect).map(({ urn }) => urn);
  return new Selection({ ...options, excludes: [...(options.excludes ?? []), ...guarded] });
}

/** A target that neither the state nor the program has is a mistake; what was right about the others is done by now. */
export function checkTargets(
  start: Snapshot,
  selection: Selection,
  executor: Pick<Executor, "fail">,
  claimed: (urn: string) => boolean,
): void {
  try {
    selection.check("targets", new Set(start.resources.map(({ urn }) => urn)), claimed);
  } catch (error) {
    executor.fail(messageOf(error));
  }
}
