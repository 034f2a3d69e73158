import { loadStackConfig, PassphraseSecrets, type ResolvedConfig, resolveConfig } from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import { passphrase } from "./passphrase.js";

/** A stack's configuration with its secrets opened, for which the passphrase is needed; undefined if the stack file has none. */
export async function openConfig(project: Project, stack: string): Promise<ResolvedConfig | undefined> {
  const config = await loadStackConfig(project, stack);
  if (config.missing || config.encryptionsalt === undefined) return undefined;
  let secrets: Promise<PassphraseSecrets> | undefined;
  return resolveConfig(config, project, async (ciphertext) => {
    secrets ??= passphrase({ create: false }).then((phrase) => PassphraseSecrets.open(config.encryptionsalt!, phrase));
    return (await secrets).decrypt(ciphertext);
  });
}

/** The values of `fleet:secrets` by name. */
export async function secretValues(project: Project, stack: string): Promise<Record<string, string>> {
  const { values } = (await openConfig(project, stack)) ?? { values: {} as Record<string, string> };
  return JSON.parse(values[`${project.name}:secrets`] ?? "{}") as Record<string, string>;
}
