import type { Command } from "commander";
import { SECRET_NAME } from "../../spec/schema/fields.js";
import { missingSecrets, secretUses } from "../../spec/secrets.js";
import { FleetError } from "../errors.js";
import { askHidden, isInteractive, readStdin } from "../prompt.js";
import { sectionOf, sectionPath, sectionsOf, writeStack } from "../stack-edit.js";
import { SecretWriter } from "../stack-secrets.js";
import { suggestion } from "../suggest.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readStack } from "../workspace.js";
import { removeValue } from "../yaml-edit.js";

export function define(command: Command): void {
  command
    .summary("set, list or remove a stack's secrets")
    .description(
      "Keeps secrets in the stack file, encrypted with the stack's passphrase. Everything else refers to them: { secret: <name> }.",
    );
  const set = command
    .command("set")
    .description("Encrypts a value into the stack file. It is asked for, or read from standard input.")
    .argument("<stack>")
    .argument("<name>")
    .allowExcessArguments()
    .addHelpText("after", "\nFrom a file: ./fleet secret set local modelKey < key.txt");
  action(set, setSecret);
  const list = command
    .command("list")
    .description("Lists the secrets of a stack and where they are used; never a value.")
    .argument("<stack>")
    .option("--json", "print it as JSON");
  action(list, listSecrets);
  const remove = command
    .command("remove")
    .description("Takes a secret that nothing uses out of the stack file.")
    .argument("<stack>")
    .argument("<name>");
  action(remove, removeSecret);
}

async function setSecret(stack: string, name: string, _: object, command: Command): Promise<undefined> {
  if (command.args.length > 2) {
    throw new FleetError(
      "a secret's value does not go on the command line, where every process of this machine can read it",
      `run \`./fleet secret set ${stack} ${name}\` and type it, or give it on standard input`,
    );
  }
  if (!SECRET_NAME.test(name)) {
    throw new FleetError(
      `"${name}" is not a secret's name`,
      "use a letter, then letters, digits, hyphens, dots and underscores, 64 at most",
    );
  }
  const project = await currentProject();
  const file = await readStack(project, stack);
  SecretWriter.refuseOthers(file);
  const value = await readValue(name);
  const secrets = await SecretWriter.open(project, file);
  const isNew = !Object.hasOwn(sectionOf(project, file, "secrets"), name);
  const text = secrets.set(file.text, name, value);
  await writeStack(file, text);
  process.stdout.write(`${isNew ? "Added" : "Changed"} the secret ${name} in ${file.shown}, encrypted.\n`);
  const used = secretUses(sectionsOf(project, file)).some(({ secret }) => secret === name);
  process.stdout.write(
    used ? `Now run ./fleet up ${stack}\n` : `Nothing uses it yet: refer to it with { secret: ${name} }\n`,
  );
  return undefined;
}

async function readValue(name: string): Promise<string> {
  const value = isInteractive()
    ? await askHidden(`Value of ${name} (not shown): `)
    : // `echo key | …` ends in a newline that nobody means.
      (await readStdin()).replace(/\r?\n$/, "");
  if (value === "")
    throw new FleetError(`the value of ${name} is empty; nothing was written`, "give it on standard input");
  return value;
}

async function listSecrets(stack: string, { json }: { json?: boolean }): Promise<undefined> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const sections = sectionsOf(project, file);
  const uses = secretUses(sections);
  const missing = missingSecrets(sections).map(({ name }) => name);
  const known = Object.keys(sections.secrets);
  const rows = [...known, ...missing].map((name) => ({
    name,
    set: known.includes(name) && sections.secrets[name] !== null,
    usedBy: uses.filter(({ secret }) => secret === name).map(({ path }) => path.join(".")),
  }));
  if (json) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
  else if (rows.length === 0) process.stdout.write(`${file.shown} has no secrets.\n`);
  else {
    const cells = rows.map(({ name, set, usedBy }) => [name, set ? "set" : "missing", usedBy.join(", ") || "nothing"]);
    process.stdout.write(table(["NAME", "VALUE", "USED BY"], cells));
  }
  return undefined;
}

async function removeSecret(stack: string, name: string): Promise<undefined> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const sections = sectionsOf(project, file);
  if (!Object.hasOwn(sections.secrets, name)) {
    throw new FleetError(`${file.shown} has no secret "${name}"${suggestion(name, Object.keys(sections.secrets))}`);
  }
  const places = secretUses(sections).filter(({ secret }) => secret === name);
  if (places.length > 0) {
    throw new FleetError(
      `the secret ${name} is used by ${places.map(({ path }) => path.join(".")).join(", ")}; nothing was written`,
      "take those references out first",
    );
  }
  await writeStack(file, removeValue(file.text, [...sectionPath(project, file, "secrets"), name]));
  process.stdout.write(`Removed the secret ${name} from ${file.shown}. It is still in earlier versions of the file.\n`);
  return undefined;
}
