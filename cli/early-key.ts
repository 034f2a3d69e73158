import type { Project } from "../engine/project/project.js";
import { PassphraseSecrets } from "../engine/secrets/passphrase.js";
import { passphrase, passphraseSource } from "./passphrase.js";
import { backendOf } from "./state.js";
import type { StackFile } from "./workspace.js";

/** As both engines write the salt of a state, and of a stack file. */
const STATE_SALT = /"secrets_providers":\s*\{\s*"type":\s*"passphrase",\s*"state":\s*\{\s*"salt":\s*"([^"\\]+)"/;
const FILE_SALT = /^encryptionsalt:\s*["']?([^\s"'#]+)/m;

/**
 * Begins to derive the key that a run on a stack needs, which takes a quarter of a second: it is kept for whoever asks for it. Asks
 * nobody, and says nothing: what is wrong is told when the key is needed. Resolves when it is begun.
 */
export async function beginKey(
  project: Project,
  { stack, text }: StackFile,
  options: { simulate?: boolean },
): Promise<void> {
  try {
    const stored = await backendOf(project, options).load(project.name, stack);
    const salt = (STATE_SALT.exec(stored?.text ?? "") ?? FILE_SALT.exec(text))?.[1];
    if (salt === undefined || (await passphraseSource()).kind === "none") return;
    PassphraseSecrets.open(salt, await passphrase({ create: false })).catch(() => undefined);
  } catch {
    // As it says above.
  }
}
