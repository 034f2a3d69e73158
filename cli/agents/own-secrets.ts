import { isSecretRef, type OwnSecret } from "../../spec/index.js";
import { setValue, valueAt, withoutValue } from "../yaml-edit.js";
import { ed25519KeyPair } from "./keys.js";

/** Name in `fleet:secrets` of a secret that is one agent's. */
export const ownSecretName = (agent: string, { name }: OwnSecret) => `${agent}-${name}`;

/** An entry that was copied from another agent's, without what only that one has. */
export function withoutOwn(entry: string, name: string, like: string, own: OwnSecret[]): string {
  return own.reduce((text, secret) => {
    const reference = valueAt(text, [name, ...secret.path]);
    // A key that several agents share on purpose is kept.
    const isShared = isSecretRef(reference) && reference.secret !== ownSecretName(like, secret);
    return isShared ? text : withoutValue(text, [name, ...(secret.with ?? secret.path)]);
  }, entry);
}

export interface Made {
  entry: string;
  /** Values to encrypt, by secret name. */
  secrets: Map<string, string>;
  /** Public keys that came about, by setting. */
  published: Map<string, string>;
}

/**
 * Gives an entry its own secrets: those given, those that the file has kept from before, and those that are made. A secret
 * that the entry refers to already is left alone.
 */
export function provide(
  entry: string,
  name: string,
  own: OwnSecret[],
  given: Map<string, string>,
  kept: (secret: string) => boolean,
): Made {
  const made: Made = { entry, secrets: new Map(), published: new Map() };
  for (const secret of own) {
    const path = [name, ...secret.path];
    const secretName = ownSecretName(name, secret);
    const value = given.get(secret.path.join("."));
    if (value === undefined && valueAt(made.entry, path) !== undefined) continue;
    const isKept = value === undefined && kept(secretName);
    if (secret.made === "ed25519" && !isKept) {
      const pair = ed25519KeyPair();
      made.secrets.set(secretName, pair.privateKey);
      const publicPath = [...secret.path.slice(0, -1), "publicKey"];
      made.published.set(publicPath.join("."), pair.publicKey);
      made.entry = setValue(made.entry, path, { secret: secretName });
      made.entry = setValue(made.entry, [name, ...publicPath], pair.publicKey);
    } else if (value !== undefined || isKept) {
      if (value !== undefined) made.secrets.set(secretName, value);
      made.entry = setValue(made.entry, path, { secret: secretName });
    }
  }
  return made;
}
