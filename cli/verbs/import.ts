import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import type { ImportSpec } from "../../engine/index.js";
import { declarations } from "../declaration.js";
import { FleetError } from "../errors.js";
import { readImportFile } from "../import-file.js";
import { specIfAny } from "../machines.js";
import { carryOut, exitCodeOf, type Target } from "../operation.js";
import { addOperationOptions, announceSimulation, needAnswer, type OperationOptions } from "../operation-options.js";
import { needDocker } from "../preflight.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

interface ImportOptions extends OperationOptions {
  file?: string;
  parent?: string;
  provider?: string;
  properties?: string[];
  protect: boolean;
  out?: string;
}

export function define(command: Command): void {
  command
    .summary("take existing objects into a stack's state")
    .description(
      "Reads objects that exist, takes them into the stack's state, and prints the TypeScript that declares them. " +
        "Until the program has that, an up would delete them: so they are protected, unless --no-protect is given.",
    )
    .argument("<stack>")
    .argument("[type]", "type token, docker:index/volume:Volume")
    .argument("[name]", "the resource's name in the program")
    .argument("[id]", "what its provider finds it by")
    .option("-f, --file <file>", "import what a JSON file lists, as `pulumi import --file` takes it")
    .option("--parent <resource>", "name or URN of the resource that it is below")
    .option("--provider <provider>", "name or URN of an explicit provider in the state")
    .option("--properties <names>", "only these inputs, separated by commas", (text) => text.split(","))
    .option("--no-protect", "do not protect what is imported")
    .option("-o, --out <file>", "write the declarations into a file");
  addOperationOptions(command, { changes: true });
  action(command, importObjects);
}

async function importObjects(
  stack: string,
  type: string | undefined,
  name: string | undefined,
  id: string | undefined,
  options: ImportOptions,
): Promise<number> {
  const imports = specs(type, name, id, options);
  const project = await currentProject();
  const target: Target = { project, stack, backend: backendOf(project, options), options, imports };
  needAnswer("import", options);
  announceSimulation(options);
  if (!options.simulate && imports.some(({ type }) => type.startsWith("docker:"))) {
    await needDocker({ project, stack, spec: await specIfAny(project, stack) }, {});
  }
  const count = imports.length === 1 ? "this" : `these ${imports.length}`;
  const result = await carryOut("import", target, () => `Import ${count} into the state of ${stack}?`);
  const { imported = [] } = result;
  if (imported.length > 0) present(declarations(imported), options);
  return exitCodeOf(result);
}

function specs(
  type: string | undefined,
  name: string | undefined,
  id: string | undefined,
  { file, parent, provider, properties, protect }: ImportOptions,
): ImportSpec[] {
  if (file !== undefined) {
    if (type !== undefined || parent !== undefined || provider !== undefined || properties !== undefined)
      throw new FleetError("--file says all there is to say of what is imported", "give nothing but the stack with it");
    return readImportFile(file).map((spec) => ({ ...spec, protect }));
  }
  if (type === undefined || name === undefined || id === undefined)
    throw new FleetError(
      "import needs a type, a name and an id",
      "as in: ./fleet import <stack> docker:index/volume:Volume data my-volume; or give --file",
    );
  return [{ type, name, id, parent, provider, properties, protect }];
}

/** The code goes where a program can read it; with --json standard output is for events. */
function present(code: string, { out, json }: ImportOptions): void {
  if (out !== undefined) {
    try {
      writeFileSync(out, code);
    } catch (error) {
      throw new FleetError(
        `--out ${out}: ${(error as Error).message}; the objects are imported`,
        `declare them:\n${code}`,
      );
    }
    process.stderr.write(`The declarations are in ${out}: put them into the program.\n`);
    return;
  }
  process.stderr.write("Put this into the program:\n\n");
  (json ? process.stderr : process.stdout).write(code);
}
