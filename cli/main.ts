import { Command, CommanderError } from "commander";
import { describe, Exit, FleetError } from "./errors.js";
import { suggestion } from "./suggest.js";
import { outcome } from "./verb.js";
import { verbs } from "./verbs.js";

/** Runs one command line and resolves with its exit code. Never rejects. */
export async function main(args: string[]): Promise<number> {
  // A reader that went away (`fleet logs … | head`) is no reason to stop a run in the middle.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe);
  try {
    await runVerb(args);
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof Exit) return error.exitCode;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode } = describe(error);
    process.stderr.write(`${text}\n`);
    return exitCode;
  }
}

async function runVerb(args: string[]): Promise<void> {
  const program = new Command("./fleet")
    .usage("<verb> [stack] [options]")
    .description("Fleets of AI agents, declared in one stack file and reconciled on every run.")
    .option("-C, --cwd <folder>", "work as if started in this folder")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [verb]", "show help for a verb")
    .addHelpText("after", "\nBegin with: ./fleet up local --setup --yes\nEach verb has its own help: ./fleet up --help")
    .enablePositionalOptions()
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 110) });
  program.hook("preAction", (root) => changeFolder(root.opts().cwd as string | undefined));

  const wanted = verbOf(args);
  for (const { name, summary, load } of verbs) {
    const command = program.command(name).description(summary);
    // `fleet help up` needs the verb's own options too.
    if (name === wanted) (await load()).define(command);
  }
  strict(program);
  if (wanted === undefined && args.length === 0) {
    program.outputHelp({ error: true });
    throw new Exit(2);
  }
  if (wanted !== undefined && !verbs.some(({ name }) => name === wanted) && wanted !== "help") {
    throw new FleetError(
      `there is no verb "${wanted}"${suggestion(
        wanted,
        verbs.map(({ name }) => name),
      )}`,
      "`./fleet --help` lists them",
    );
  }
  await program.parseAsync(args, { from: "user" });
}

/** The first argument that is no global option; for `help up` it is `up`. */
function verbOf(args: string[]): string | undefined {
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") break;
    if (arg === "-C" || arg === "--cwd") index++;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return words[0] === "help" && words[1] !== undefined ? words[1] : words[0];
}

/** Commander's complaints as errors of ours, on every level. */
function strict(command: Command): void {
  command
    .exitOverride((error) => {
      if (error.exitCode === 0) throw error;
      const message = error.message.replace(/^error: /, "").replace(/\n\(?(Did you mean [^)]*?)\)?$/, " ($1)");
      throw new FleetError(message.replace("(Did", "(did"), `\`${path(command)} --help\` shows what it takes`);
    })
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError(true);
  for (const child of command.commands) strict(child);
}

function path(command: Command): string {
  return command.parent ? `${path(command.parent)} ${command.name()}` : command.name();
}

function changeFolder(folder: string | undefined): void {
  if (folder === undefined) return;
  try {
    process.chdir(folder);
  } catch (error) {
    throw new FleetError(`--cwd ${folder}: ${(error as Error).message}`, "name a folder that exists");
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
