import { readFile, writeFile } from "node:fs/promises";
import { exportedState, hasPlaintext, importedState } from "../engine/edit/transfer.js";
import { loadStackConfig } from "../engine/index.js";
import { PassphraseSecrets } from "../engine/secrets/passphrase.js";
import type { Encrypter } from "../engine/state/serialize.js";
import { FleetError } from "./errors.js";
import { passphrase } from "./passphrase.js";
import { readStdin } from "./prompt.js";
import { backendOf } from "./state.js";
import { agree, type EditOptions, openState, replaceState, report, sealed } from "./state-edit.js";
import { currentProject, noStack, stackNames } from "./workspace.js";

/** Prints a stack's state as `pulumi stack export` does, or writes it into a file that only the user can read. */
export async function exportState(
  stack: string,
  options: { file?: string; showSecrets?: boolean; simulate?: boolean },
): Promise<number> {
  const { stored, snapshot } = await openState(stack, options);
  let decrypt: ((ciphertext: string) => string) | undefined;
  if (options.showSecrets && snapshot.salt !== undefined) {
    const secrets = await PassphraseSecrets.open(snapshot.salt, await passphrase({ create: false }));
    decrypt = (ciphertext) => secrets.decrypt(ciphertext);
  }
  const text = exportedState(stored.text, decrypt);
  if (options.file === undefined) {
    process.stdout.write(text);
    return 0;
  }
  try {
    await writeFile(options.file, text, { mode: 0o600 });
  } catch (error) {
    throw cannot("write", options.file, error);
  }
  process.stderr.write(`The state of ${stack} is in ${options.file}${decrypt ? ", its secrets in clear" : ""}\n`);
  return 0;
}

/** Replaces a stack's state by one that was exported, by this or by `pulumi stack export`. */
export async function importState(
  stack: string,
  options: EditOptions & { file?: string; force?: boolean },
): Promise<number> {
  const project = await currentProject();
  const backend = backendOf(project, options);
  const stored = await backend.load(project.name, stack);
  if (stored === undefined && !(await stackNames(project)).includes(stack)) {
    const known = (await backend.listStacks(project.name)).map(({ name }) => name);
    throw await noStack(project, stack, known);
  }
  const path = options.file ?? "standard input";
  const text = options.file === undefined ? await readStdin() : await readInput(options.file);
  const plain = holdsPlaintext(text);
  let secrets: PassphraseSecrets | undefined;
  const getDecrypter = async (salt: string) => {
    if (!plain) return () => '"[secret]"';
    secrets = await PassphraseSecrets.open(salt, await passphrase({ create: false }));
    return (ciphertext: string) => (secrets as PassphraseSecrets).decrypt(ciphertext);
  };
  const imported = await importedState(
    text,
    { project: project.name, stack },
    { force: options.force, source: path, getDecrypter },
  );
  for (const warning of imported.warnings) process.stderr.write(`warning: ${warning}\n`);
  let { snapshot } = imported;
  let encrypter: Encrypter | undefined;
  if (plain) {
    const present = stored && (await sealed(stored));
    const configured = (await loadStackConfig(project, stack)).encryptionsalt;
    secrets ??= await secretsOf(snapshot.salt ?? present?.salt ?? configured);
    encrypter = secrets;
    snapshot = { ...snapshot, salt: secrets.saltLine };
  }
  const count = snapshot.resources.length;
  if (stored !== undefined)
    await agree(`Replace the state of ${stack} by this one of ${count} resources?`, "import", options);
  const backup = await replaceState({ project, backend, stack, stored }, snapshot, encrypter);
  if (!options.json) {
    process.stdout.write(`Imported: the state of ${stack} has ${count} resources.\n`);
    if (backup) process.stdout.write(`The former state is ${backup}\n`);
  }
  report(options, { changed: true, resources: count, warnings: imported.warnings, backup });
  return 0;
}

async function secretsOf(salt: string | undefined): Promise<PassphraseSecrets> {
  const phrase = await passphrase({ create: salt === undefined });
  return salt === undefined ? PassphraseSecrets.create(phrase) : PassphraseSecrets.open(salt, phrase);
}

function holdsPlaintext(text: string): boolean {
  try {
    return hasPlaintext(JSON.parse(text));
  } catch {
    // What is wrong with it is told by whoever decodes it.
    return false;
  }
}

async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw cannot("read", file, error);
  }
}

function cannot(what: string, file: string, error: unknown): FleetError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why: Record<string, string> = {
    ENOENT: "it, or its folder, is not there",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
    ENOSPC: "no space is left on the device",
  };
  return new FleetError(`cannot ${what} ${file}: ${why[code ?? ""] ?? message}`, "name another with --file", 1);
}
