/** The kinds of keys that an ssh server proves itself with. `ssh-dss` is of no use any more. */
const TYPES = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
];

/**
 * A host's public key as a `.pub` file or `ssh-keyscan` has it, `<type> <base64>` and perhaps a comment, without the comment.
 * Undefined for anything else: the key itself begins with its type (RFC 4253, 6.6), so that a key that was cut off or mixed up is seen.
 */
export function readHostKey(text: string): string | undefined {
  const [type = "", key = ""] = text.trim().split(/\s+/);
  if (!TYPES.includes(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(key) || /[\r\n]/.test(text.trim())) return undefined;
  const blob = Buffer.from(key, "base64");
  if (blob.toString("base64") !== key) return undefined;
  const parts = [...fields(blob)];
  const isWhole = parts.reduce((sum, part) => sum + 4 + part.length, 0) === blob.length;
  return isWhole && parts.length > 1 && parts[0]!.toString("latin1") === type ? `${type} ${key}` : undefined;
}

/** The strings in a key, each behind its length. */
function* fields(blob: Buffer): Generator<Buffer> {
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return;
    yield blob.subarray(at + 4, end);
    at = end;
  }
}
