import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
// By module: the engine's index brings gRPC with it, and `check` has to be fast.
import { listStackFiles, openProject, type Project, stackFile } from "../engine/project/project.js";
import { didYouMean } from "../spec/faults/suggest.js";
import type { FleetSpec, LocatedFault } from "../spec/index.js";
import { FleetError } from "./errors.js";

/** Folder of the toolkit itself. */
export const toolkit = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** The project of the working folder; the toolkit's own where that is in none. */
export async function currentProject(): Promise<Project> {
  try {
    return await openProject(process.cwd());
  } catch (error) {
    if (!(error as Error).message.startsWith("no Pulumi.yaml")) throw error;
    return openProject(toolkit);
  }
}

/** A stack's file as text. */
export interface StackFile {
  stack: string;
  path: string;
  /** Path as messages show it. */
  shown: string;
  text: string;
}

/** Reads a stack's file. Throws FleetError, with a suggestion, if there is none. */
export async function readStack(project: Project, stack: string): Promise<StackFile> {
  const path = stackFile(project, stack);
  try {
    return { stack, path, shown: shorten(path), text: await readFile(path, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw await noStack(project, stack);
    throw new FleetError(`cannot read ${shorten(path)}: ${code}`, "check the file's permissions");
  }
}

/** Names of the stacks that have a file. */
export async function stackNames(project: Project): Promise<string[]> {
  return (await listStackFiles(project)).map(({ stack }) => stack);
}

/** The error for a stack that has no file. */
export async function noStack(project: Project, stack: string, alsoKnown: string[] = []): Promise<FleetError> {
  const known = [...new Set([...(await stackNames(project)), ...alsoKnown])].sort();
  const meant = didYouMean(stack, known);
  const list = known.length > 0 ? `the stacks here are ${known.join(", ")}; ` : "";
  return new FleetError(
    `there is no stack "${stack}"${meant ? ` (${meant})` : ""}`,
    `${list}a new one begins with the file ${shorten(stackFile(project, stack))}`,
  );
}

/** A path as people type it: relative where that is shorter. */
export function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== "" && !short.startsWith("../..") && short.length < path.length ? short : path;
}

/** The spec of a stack file. Prints warnings; prints every fault and throws if there is an error. */
export async function readSpec(project: Project, file: StackFile): Promise<FleetSpec> {
  const { readStackText } = await import("../spec/check/stack-file.js");
  const { spec, faults } = readStackText(file.stack, file.text, project.name);
  await printFaults(file.shown, faults);
  if (spec) return spec;
  throw new FleetError(`${count(faults)} in ${file.shown}; nothing was touched`);
}

/** The errors of a stack file, each with its place; none if it can be used. */
export async function faultsOf(project: Project, { stack, text, shown }: StackFile): Promise<string[]> {
  const { formatFault, readStackText } = await import("../spec/check/stack-file.js");
  const { spec, faults } = readStackText(stack, text, project.name);
  if (spec !== undefined) return [];
  return faults.filter(({ severity }) => severity === "error").map((fault) => formatFault(shown, fault));
}

/** One line a fault, on standard error. */
export async function printFaults(shown: string, faults: LocatedFault[]): Promise<void> {
  const { formatFault } = await import("../spec/check/stack-file.js");
  for (const fault of faults) process.stderr.write(`${formatFault(shown, fault)}\n`);
}

/** "2 faults", errors only. */
export function count(faults: LocatedFault[]): string {
  const errors = faults.filter(({ severity }) => severity === "error").length;
  return errors === 1 ? "1 fault" : `${errors} faults`;
}
