/** Words, the parts of a name, that stand for a secret by themselves. */
const SECRET = new Set([
  ...["password", "passwords", "passwd", "passphrase", "passcode", "pass", "pwd", "secret", "secrets", "token"],
  ...["credential", "credentials", "apikey", "privatekey", "authkey", "accesskey", "secretkey", "masterkey"],
]);

/** Keys that are for everybody to see, or open nothing, by the word before `key`. */
const OPEN_KEYS = new Set([
  ...["public", "pub", "ssh", "host", "gpg", "pgp", "apt", "primary", "foreign", "sort", "partition", "cache", "hash"],
  ...["routing", "idempotency", "object", "label", "map", "group", "authorized", "site", "publishable", "answer"],
]);

/** Last words by which a name is that of something about a secret: where it is, how long it lasts. */
const ABOUT = new Set([
  ...["file", "files", "path", "dir", "folder", "url", "uri", "endpoint", "host", "port", "name", "names", "id", "ids"],
  ...["ttl", "expiry", "expires", "expiration", "lifetime", "age", "timeout", "interval", "length", "size", "limit"],
  ...["count", "max", "min", "type", "kind", "mode", "enabled", "disabled", "algorithm", "alg", "header", "prefix"],
  ...["suffix", "policy", "rotation", "version", "issuer", "audience", "provider", "store", "backend", "method"],
  ...["required", "field", "cookie", "public", "usage", "budget", "source", "ref", "arn", "mount", "stdin", "env"],
  ...["var", "command", "cmd", "helper", "authentication", "auth"],
]);

/** First words that turn the meaning round: `no-token`, `MAX_TOKEN`. */
const NOT = new Set(["no", "without", "disable", "skip", "max", "min", "lock", "public"]);

/** The words of a name: `apiKey`, `API_KEY` and `api-key` have two. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");

/** Whether a name is that of a secret: of a variable, a label, an option, a line of a file. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || NOT.has(words[0]!)) return false;
  if (words.some((word) => SECRET.has(word))) return true;
  if (words.join(" ").includes("connection string")) return true;
  return last === "key" && words.length > 1 && !OPEN_KEYS.has(words.at(-2)!);
}
