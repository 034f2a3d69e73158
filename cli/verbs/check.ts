import type { Command } from "commander";
import { listStackFiles } from "../../engine/project/project.js";
import { formatFault, readStackText } from "../../spec/check/stack-file.js";
import { faultsAcross } from "../across-stacks.js";
import { FleetError } from "../errors.js";
import { action } from "../verb.js";
import { count, currentProject, readStack } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("find every fault in the stack files")
    .description(
      "Finds every fault in the stack files, with file, line and column. Touches nothing and needs no passphrase.",
    )
    .argument("[stack...]", "stacks to check; all of the project's if none is named")
    .option("--json", "print the faults as JSON");
  action(command, check);
}

async function check(stacks: string[], options: { json?: boolean }): Promise<number> {
  const project = await currentProject();
  const names = stacks.length > 0 ? stacks : (await listStackFiles(project)).map(({ stack }) => stack);
  if (names.length === 0) {
    throw new FleetError(`no stack files in ${project.stackConfigDir}`, "make one: Pulumi.<stack>.yaml");
  }
  const files = await Promise.all(names.map((name) => readStack(project, name)));
  const alone = files.map((file) => ({ file, ...readStackText(file.stack, file.text, project.name) }));
  const across = faultsAcross(
    project,
    alone.flatMap(({ file, spec }) => (spec ? [{ file, spec }] : [])),
  );
  const results = alone.map(({ file, spec, faults }) => {
    const more = across.get(file.stack) ?? [];
    return { file, faults: [...faults, ...more], spec: more.length > 0 ? undefined : spec };
  });
  const isBad = results.some(({ spec }) => spec === undefined);
  if (options.json) {
    const report = results.map(({ file, faults, spec }) => ({
      stack: file.stack,
      file: file.shown,
      ok: spec !== undefined,
      faults: faults.map(({ path, ...fault }) => ({ path: path.join("."), ...fault })),
    }));
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return isBad ? 2 : 0;
  }
  for (const { file, faults, spec } of results) {
    for (const fault of faults) process.stdout.write(`${formatFault(file.shown, fault)}\n`);
    process.stdout.write(spec ? `${file.shown}: ok, ${contents(spec)}\n` : `${file.shown}: ${count(faults)}\n`);
  }
  return isBad ? 2 : 0;
}

function contents(spec: { agents: object; machines: object }): string {
  const number = (map: object, word: string) => {
    const size = Object.keys(map).length;
    return `${size} ${word}${size === 1 ? "" : "s"}`;
  };
  return `${number(spec.agents, "agent")} on ${number(spec.machines, "machine")}`;
}
