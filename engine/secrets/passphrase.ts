import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { EngineError } from "../errors.js";

const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What the salt line's check decrypts to if the passphrase is right. */
const CHECK_WORD = "pulumi";

/** Keys of this process, by salt and a hash of the passphrase: runs of one stack after the other derive its key once. */
const derived = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")} ${createHash("sha256").update(passphrase).digest("base64")}`;
  const known = derived.get(name) ?? promisify(pbkdf2)(passphrase, salt, ITERATIONS, KEY_BYTES, "sha256");
  derived.set(name, known);
  return known;
}

/**
 * Pulumi's passphrase secrets manager, byte compatible: PBKDF2-HMAC-SHA256 with a million rounds (about a quarter of a
 * second, on the thread pool) and AES-256-GCM. The salt line stands in the stack file and in the state; the key only in memory.
 */
export class PassphraseSecrets {
  readonly #key: Buffer;
  /** `v1:<salt>:<check>`, to be kept as `encryptionsalt` and as the state's salt. */
  readonly saltLine: string;

  private constructor(key: Buffer, saltLine: string) {
    this.#key = key;
    this.saltLine = saltLine;
  }

  /** A new manager with a fresh salt, for a stack that has none yet. */
  static async create(passphrase: string): Promise<PassphraseSecrets> {
    const salt = randomBytes(SALT_BYTES);
    const key = await deriveKey(passphrase, salt);
    return new PassphraseSecrets(key, `v1:${salt.toString("base64")}:${seal(key, CHECK_WORD)}`);
  }

  /** The manager that a salt line describes. Throws EngineError if the passphrase is wrong or the line is damaged. */
  static async open(saltLine: string, passphrase: string): Promise<PassphraseSecrets> {
    const [version, salt, ...check] = saltLine.split(":");
    if (version !== "v1" || !salt || check.length !== 3) {
      throw new EngineError(
        "the salt of the passphrase (encryptionsalt) is damaged: it should read `v1:<salt>:<check>`",
        "restore the line `encryptionsalt:` of the stack file from version control or from the state's backup",
      );
    }
    const key = await deriveKey(passphrase, Buffer.from(salt, "base64"));
    if (unseal(key, check.join(":")) !== CHECK_WORD) {
      throw new EngineError(
        "wrong passphrase: it does not open this stack's secrets",
        "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the passphrase that the stack was created with",
      );
    }
    return new PassphraseSecrets(key, saltLine);
  }

  /** `v1:<nonce>:<body and tag>` of a text, different on every call. */
  encrypt(plain: string): string {
    return seal(this.#key, plain);
  }

  /** Throws EngineError if the ciphertext is damaged or was made with another passphrase or salt. */
  decrypt(ciphertext: string): string {
    const plain = unseal(this.#key, ciphertext);
    if (plain === undefined) {
      throw new EngineError(
        "a secret cannot be decrypted: it is damaged, or was encrypted for another stack",
        "set the secret again, or restore the file from version control or a backup",
      );
    }
    return plain;
  }

  /** Guards against accidental logging. */
  toJSON(): string {
    return "[passphrase secrets]";
  }
}

function seal(key: Buffer, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${body.toString("base64")}`;
}

function unseal(key: Buffer, ciphertext: string): string | undefined {
  const [version, nonceText, bodyText, ...rest] = ciphertext.split(":");
  if (version !== "v1" || nonceText === undefined || bodyText === undefined || rest.length > 0) return undefined;
  const nonce = Buffer.from(nonceText, "base64");
  const body = Buffer.from(bodyText, "base64");
  if (nonce.length !== NONCE_BYTES || body.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(body.subarray(0, body.length - TAG_BYTES)), decipher.final()]);
    return plain.toString("utf8");
  } catch {
    return undefined;
  }
}
