import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { FleetError } from "./errors.js";
import { askHidden, isInteractive } from "./prompt.js";

/** Where the passphrase comes from. `none`: nothing is set, and no file of ours is there. */
export type PassphraseSource =
  | { kind: "variable" }
  | { kind: "file-variable"; path: string }
  | { kind: "own-file"; path: string }
  | { kind: "none"; path: string };

/** The file that holds the passphrase of this user's stacks where the environment names none. */
export function passphraseFile(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), ".config"), "agent-fleet", "passphrase");
}

export async function passphraseSource(env: NodeJS.ProcessEnv = process.env): Promise<PassphraseSource> {
  // Set and empty counts, as it does for the real CLI.
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return { kind: "variable" };
  if (env.PULUMI_CONFIG_PASSPHRASE_FILE) return { kind: "file-variable", path: env.PULUMI_CONFIG_PASSPHRASE_FILE };
  const path = passphraseFile(env);
  return { kind: (await read(path)) === undefined ? "none" : "own-file", path };
}

/** Where the passphrase is looked for. */
let environment = process.env;

/** Takes the passphrase out of this process's environment, for code that runs in it and has no business with it; {@link passphrase} still finds it. */
export function hidePassphrase(): void {
  environment = { ...process.env };
  const file = environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  if (file) environment.PULUMI_CONFIG_PASSPHRASE_FILE = resolve(file);
  delete process.env.PULUMI_CONFIG_PASSPHRASE;
  delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
}

/** What was typed, so that one command asks once. */
let typed: Promise<string> | undefined;

/**
 * The passphrase: PULUMI_CONFIG_PASSPHRASE, else the file that PULUMI_CONFIG_PASSPHRASE_FILE names, else our own file. If there is none,
 * a new stack gets a random one (said once, kept in our file); for a stack that has one already, it is asked for. Throws FleetError.
 */
export async function passphrase({ create }: { create: boolean }): Promise<string> {
  const source = await passphraseSource(environment);
  switch (source.kind) {
    case "variable":
      return environment.PULUMI_CONFIG_PASSPHRASE!;
    case "file-variable":
    case "own-file": {
      const text = await read(source.path);
      if (text !== undefined) return text;
      throw new FleetError(
        `PULUMI_CONFIG_PASSPHRASE_FILE names ${source.path}, which cannot be read`,
        "name the file that holds the passphrase, or unset the variable",
      );
    }
    case "none":
      if (create) return await makeOne(source.path);
      if (isInteractive()) {
        typed ??= askHidden("Passphrase of the stack: ");
        return await typed;
      }
      throw new FleetError(
        "this stack's secrets are encrypted, and its passphrase is not known here",
        `set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE, or put the passphrase into ${source.path} (mode 0600)`,
      );
  }
}

async function makeOne(path: string): Promise<string> {
  const made = randomBytes(32).toString("base64url");
  const draft = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${made}\n`, { mode: 0o600, flag: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL });
  try {
    // A link fails if another run was faster, and never shows a file half written.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await read(path)) ?? made;
  } finally {
    await rm(draft, { force: true });
  }
  process.stderr.write(
    `Made a passphrase for secrets: ${path}\n` +
      "  Keep a copy of that file: without it the secrets in stack files and state cannot be read. `./fleet env` gives it to the real Pulumi CLI.\n",
  );
  return made;
}

/** Trimmed as the real CLI does it. */
async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new FleetError(`cannot read the passphrase in ${path}: ${code}`, "check the file's owner and permissions");
  }
}
