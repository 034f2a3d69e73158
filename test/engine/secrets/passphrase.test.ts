import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../../engine/errors.js";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";

/** Written by the real engine (3.260) with the passphrase `x`. */
const checkpoint = readFileSync(new URL("../state/recordings/random-tls-command.json", import.meta.url), "utf8");
const salt = JSON.parse(checkpoint).deployment.secrets_providers.state.salt as string;

describe("the passphrase secrets manager", () => {
  it("opens what the real engine wrote", async () => {
    const secrets = await PassphraseSecrets.open(salt, "x");
    const ciphertexts = [...checkpoint.matchAll(/"ciphertext": ?"(v1:[^"]+)"/g)].map((match) => match[1]!);
    expect(ciphertexts.length).toBeGreaterThan(5);
    for (const ciphertext of ciphertexts) expect(() => JSON.parse(secrets.decrypt(ciphertext))).not.toThrow();
    const keys = ciphertexts.map((ciphertext) => JSON.parse(secrets.decrypt(ciphertext)));
    expect(keys.some((key) => typeof key === "string" && key.startsWith("-----BEGIN"))).toBe(true);
  });

  it("refuses a wrong passphrase with the fix and exit code 2", async () => {
    const error = await PassphraseSecrets.open(salt, "y").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toContain("wrong passphrase");
    expect(error.fix).toContain("PULUMI_CONFIG_PASSPHRASE");
    expect(error.exitCode).toBe(2);
  });

  it("refuses a damaged salt line before it derives a key", async () => {
    for (const line of ["", "v1:", "v2:a:v1:b:c", "v1:abc:def"]) {
      await expect(PassphraseSecrets.open(line, "x")).rejects.toThrow(/encryptionsalt.*damaged/);
    }
  });

  it("encrypts what its own salt line opens again, with a new nonce each time", async () => {
    const created = await PassphraseSecrets.create("correct horse");
    expect(created.saltLine).toMatch(/^v1:[A-Za-z0-9+/=]{12}:v1:[A-Za-z0-9+/=]{16}:[A-Za-z0-9+/=]+$/);
    const opened = await PassphraseSecrets.open(created.saltLine, "correct horse");
    for (const plain of ["", "ß ∑ \u0000", "x".repeat(100_000)]) {
      expect(opened.decrypt(created.encrypt(plain))).toBe(plain);
    }
    expect(created.encrypt("a")).not.toBe(created.encrypt("a"));
    expect(JSON.stringify(created)).not.toContain("correct horse");
  });

  it("refuses damaged, foreign and truncated ciphertexts", async () => {
    const one = await PassphraseSecrets.create("x");
    const two = await PassphraseSecrets.create("x");
    const good = one.encrypt("value");
    for (const bad of [two.encrypt("value"), good.slice(0, -8), "v1:AAAA:BBBB", "value", `v3:${good.slice(3)}`]) {
      expect(() => one.decrypt(bad)).toThrow(EngineError);
    }
  });
});
