import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../../engine/signatures.js";
import { PASSPHRASE } from "../support/crash.js";
import type { World } from "./types.js";

/** Puts the state of another stack beside the case's own, as an earlier run would have left it. Secrets are written `{ secret: value }`. */
export async function otherStack(
  { folder }: World,
  project: string,
  stack: string,
  outputs: Record<string, unknown>,
): Promise<void> {
  const secrets = await PassphraseSecrets.create(PASSPHRASE);
  const seal = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(seal);
    if (value === null || typeof value !== "object") return value;
    if ("secret" in value)
      return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: secrets.encrypt(JSON.stringify(value.secret)) };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, seal(item)]));
  };
  const root = {
    urn: `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`,
    custom: false,
    type: "pulumi:pulumi:Stack",
    outputs: seal(outputs),
  };
  const latest = {
    manifest: { time: "2025-01-01T00:00:00Z", magic: "", version: "" },
    secrets_providers: { type: "passphrase", state: { salt: secrets.saltLine } },
    resources: [root],
    metadata: {},
  };
  const state = { version: 3, checkpoint: { stack: `organization/${project}/${stack}`, latest } };
  const stacks = join(folder, "state/.pulumi/stacks", project);
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(folder, "state/.pulumi/meta.yaml"), "version: 1\n");
  writeFileSync(join(stacks, `${stack}.json`), JSON.stringify(state));
}
