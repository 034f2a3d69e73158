import type { Command } from "commander";
import { listStackFiles } from "../../engine/project/project.js";
import { backendOf } from "../state.js";
import { since, table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, shorten } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("list the stacks and their state")
    .description("Lists the stack files of the project and what their state says: last update, resources, locks.")
    .option("--json", "print it as JSON")
    .option("--simulate", "the state of simulated stacks");
  action(command, stacks);
}

async function stacks(options: { json?: boolean; simulate?: boolean }): Promise<undefined> {
  const project = await currentProject();
  const files = await listStackFiles(project);
  const backend = backendOf(project, options);
  const states = new Map((await backend.listStacks(project.name)).map((state) => [state.name, state]));
  const names = [...new Set([...files.map(({ stack }) => stack), ...states.keys()])].sort();
  const rows = names.map((name) => {
    const file = files.find(({ stack }) => stack === name)?.file;
    const { lastUpdate, resourceCount, locked, damaged } = states.get(name) ?? {};
    return {
      name,
      file: file === undefined ? null : shorten(file),
      lastUpdate: lastUpdate ?? null,
      resources: resourceCount ?? 0,
      locked: locked ?? false,
      damaged: damaged ?? false,
    };
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ backend: backend.url, stacks: rows }, undefined, 2)}\n`);
    return undefined;
  }
  if (rows.length === 0) {
    process.stdout.write(`No stack files in ${shorten(project.stackConfigDir)}.\n`);
    return undefined;
  }
  const cells = rows.map(({ name, file, lastUpdate, resources, locked, damaged }) => [
    name,
    file ?? "no file",
    lastUpdate ? `${since(new Date(lastUpdate))} ago` : "never",
    String(resources),
    damaged ? "state damaged" : locked ? `locked (./fleet cancel ${name})` : "-",
  ]);
  process.stdout.write(table(["STACK", "FILE", "LAST UPDATE", "RESOURCES", "NOTE"], cells));
  process.stdout.write(`\nState: ${backend.url}\n`);
  return undefined;
}
