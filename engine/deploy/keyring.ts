import type { RunOptions } from "../run.js";
import { PassphraseSecrets } from "../secrets/passphrase.js";

/** Opens each salt once with the one passphrase, which is asked for only when something must be opened. */
export class Keyring {
  readonly #managers = new Map<string, Promise<PassphraseSecrets>>();
  #passphrase: Promise<string> | undefined;

  constructor(private readonly ask: RunOptions["passphrase"]) {}

  /** The manager of a salt line; without one, a new manager with a salt of its own. */
  manager(salt: string | undefined): Promise<PassphraseSecrets> {
    const key = salt ?? "";
    const known = this.#managers.get(key);
    if (known !== undefined) return known;
    const made = this.#ask(salt === undefined).then((passphrase) =>
      salt === undefined ? PassphraseSecrets.create(passphrase) : PassphraseSecrets.open(salt, passphrase),
    );
    this.#managers.set(key, made);
    return made;
  }

  /**
   * {@link manager} for later: resolves once it is certain that there will be one. An old salt has to fit the passphrase; a new one does,
   * and its key, which takes a while to derive, is not waited for.
   */
  async promise(salt: string | undefined): Promise<() => Promise<PassphraseSecrets>> {
    const made = this.manager(salt);
    made.catch(() => undefined);
    await (salt === undefined ? this.#ask(true) : made);
    return () => made;
  }

  #ask(create: boolean): Promise<string> {
    this.#passphrase ??= this.ask({ create });
    return this.#passphrase;
  }

  async decrypter(salt: string): Promise<(ciphertext: string) => string> {
    const manager = await this.manager(salt);
    return (ciphertext) => manager.decrypt(ciphertext);
  }
}
