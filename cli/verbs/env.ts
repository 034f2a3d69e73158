import { resolve } from "node:path";
import type { Command } from "commander";
import { passphraseSource } from "../passphrase.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("print what the real Pulumi CLI needs")
    .description("Prints shell commands that give the real Pulumi CLI the same state and passphrase.")
    .addHelpText("after", '\nUse it so: eval "$(./fleet env)" && pulumi preview -s local');
  action(command, env);
}

async function env(): Promise<undefined> {
  const project = await currentProject();
  const lines = [`export PULUMI_BACKEND_URL=${quote(`file://${backendOf(project).folder}`)}`];
  const source = await passphraseSource();
  // A passphrase that is in a variable is in the caller's environment already; it is never printed.
  if (source.kind === "own-file" || source.kind === "file-variable") {
    lines.push(`export PULUMI_CONFIG_PASSPHRASE_FILE=${quote(resolve(source.path))}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
  if (source.kind === "none") {
    process.stderr.write("There is no passphrase yet: the first secret, or the first up, makes one.\n");
  }
  return undefined;
}

const quote = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
