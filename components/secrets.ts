import * as pulumi from "@pulumi/pulumi";
import { isSecretRef, type SecretRef } from "../spec/index.js";

/** Values of `fleet:secrets` by name. */
export type Secrets = pulumi.Output<Record<string, string>>;

/** `T` with every `{ secret: name }` in it replaced by text. */
export type Resolved<T> = T extends SecretRef ? string : T extends object ? { [K in keyof T]: Resolved<T[K]> } : T;

/**
 * Replaces every `{ secret: name }` in a value by the secret, and makes the whole a secret. A value that refers to none stays
 * an ordinary one, so that previews can show it.
 *
 * @param read what is made of a secret's text before it is put in place.
 */
export function resolveSecrets<T>(
  value: T,
  secrets: Secrets,
  read = (text: string) => text,
): pulumi.Output<Resolved<T>> {
  const resolved = refersToSecret(value)
    ? secrets.apply((values) => replace(value, values, read))
    : pulumi.output(value);
  return resolved as unknown as pulumi.Output<Resolved<T>>;
}

function refersToSecret(value: unknown): boolean {
  if (isSecretRef(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(refersToSecret);
}

function replace(value: unknown, secrets: Record<string, string>, read: (text: string) => string): unknown {
  if (isSecretRef(value)) {
    const found = Object.hasOwn(secrets, value.secret) ? secrets[value.secret] : undefined;
    if (found === undefined) throw new pulumi.RunError(`fleet:secrets has no ${value.secret}`);
    return read(found);
  }
  if (Array.isArray(value)) return value.map((item) => replace(item, secrets, read));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, secrets, read)]));
}
