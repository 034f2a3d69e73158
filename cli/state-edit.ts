import { verifySnapshot } from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import type { Backend, LoadedCheckpoint } from "../engine/state/backend.js";
import { decodeCheckpoint, type Encrypter, encodeSnapshot, qualifiedStackName } from "../engine/state/serialize.js";
import type { Snapshot } from "../engine/state/types.js";
import { Exit, FleetError } from "./errors.js";
import { needState } from "./operation.js";
import type { OperationOptions } from "./operation-options.js";
import { confirm, isInteractive } from "./prompt.js";
import { backendOf } from "./state.js";
import { currentProject } from "./workspace.js";

export interface EditOptions extends Pick<OperationOptions, "yes" | "json" | "simulate"> {}

/** A stack's state, as text and decoded. Its secrets are sealed: they keep their ciphertext, and no passphrase is needed. */
export interface OpenState {
  project: Project;
  backend: Backend;
  stack: string;
  stored: LoadedCheckpoint;
  snapshot: Snapshot;
}

/** What an edit would do. */
export interface PlannedEdit {
  snapshot: Snapshot;
  /** What it does, for people, one line each; none: there is nothing to do. */
  lines: string[];
  /** What is said when it is done. */
  done: string;
  /** What `--json` prints beside `changed`. */
  report: Record<string, unknown>;
}

export async function openState(stack: string, options: Pick<OperationOptions, "simulate">): Promise<OpenState> {
  const project = await currentProject();
  const backend = backendOf(project, options);
  const stored = await backend.load(project.name, stack);
  if (stored === undefined) {
    await needState({ project, backend, stack, options });
    throw new FleetError(`the stack ${stack} has no state`);
  }
  return { project, backend, stack, stored, snapshot: await sealed(stored) };
}

/** Decodes a state without opening its secrets: each stands for its ciphertext only. */
export function sealed(stored: LoadedCheckpoint): Promise<Snapshot> {
  return decodeCheckpoint(stored.text, async () => () => '"[secret]"', stored);
}

/**
 * Shows what an edit would do, asks, and replaces the state: under the stack's lock, in one write, with the former state kept among
 * the backups. Throws FleetError if nobody can agree, or the state was changed meanwhile.
 */
export async function editState(
  stack: string,
  options: EditOptions,
  plan: (snapshot: Snapshot) => PlannedEdit,
): Promise<number> {
  const state = await openState(stack, options);
  const edit = plan(state.snapshot);
  const tell = (text: string) => (options.json ? undefined : process.stdout.write(`${text}\n`));
  if (edit.lines.length === 0) {
    tell("There is nothing to change.");
    report(options, { changed: false, ...edit.report });
    return 0;
  }
  for (const line of edit.lines) tell(`  ${line}`);
  await agree(`Change the state of ${stack} so? The objects themselves stay as they are.`, "state", options);
  const wasSound = verifySnapshot(state.snapshot).length === 0;
  const faults = verifySnapshot(edit.snapshot);
  if (wasSound && faults.length > 0)
    throw new Error(`the edit would leave the state in disorder: ${faults.join("; ")}`);
  const backup = await replaceState(state, edit.snapshot);
  tell(`${edit.done}\nThe former state is ${backup}`);
  report(options, { changed: true, ...edit.report, backup });
  return 0;
}

export function report({ json }: EditOptions, value: unknown): void {
  if (json) process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Asks, unless there is a yes already. Throws Exit for a no, FleetError where nobody can be asked. */
export async function agree(question: string, verb: string, { yes }: EditOptions): Promise<void> {
  if (yes) return;
  if (!isInteractive())
    throw new FleetError(`${verb} asks before it changes the state, and there is no terminal to ask on`, "add --yes");
  if (await confirm(question, verb)) return;
  process.stderr.write("Nothing was changed.\n");
  throw new Exit(2);
}

/** Writes a state in place of the one that was read, and gives the backup of that one. */
export async function replaceState(
  { project, backend, stack, stored }: Omit<OpenState, "snapshot" | "stored"> & { stored?: LoadedCheckpoint },
  next: Snapshot,
  encrypter?: Encrypter,
): Promise<string | undefined> {
  const lock = await backend.lock(project.name, stack);
  try {
    const present = await backend.load(project.name, stack);
    if (present?.text !== stored?.text)
      throw new FleetError(
        `the state of ${stack} was changed meanwhile; nothing was written`,
        "look again, and run this again",
        1,
      );
    const backup = present && (await backend.backup(project.name, stack));
    await backend.write(project.name, stack, encodeSnapshot(next, encrypter, qualifiedStackName(project.name, stack)));
    return backup;
  } finally {
    await lock.release();
  }
}
