import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, secretMask } from "../../../../engine/providers/shared/mask.js";

const secret = fc.string({ minLength: 4, maxLength: 200, unit: "grapheme" }).filter((text) => text.trim().length >= 4);

describe("secretMask", () => {
  it("hides every form of every secret, wherever it stands", () => {
    const forms: ((text: string) => string)[] = [
      (text) => text,
      (text) => JSON.stringify(text).slice(1, -1),
      (text) => encodeURIComponent(text),
      (text) => Buffer.from(text).toString("hex"),
    ];
    fc.assert(
      fc.property(secret, fc.constantFrom(...forms), (text, form) => {
        const shown = secretMask([text])(`<<${form(text)}>>`);
        expect(shown).toBe("<<[secret]>>");
      }),
    );
  });

  it("hides base64, padded or not, in both alphabets, wrapped, and with a newline after the secret", () => {
    fc.assert(
      fc.property(secret, fc.constantFrom("", "\n"), (text, end) => {
        const mask = secretMask([text]);
        const bytes = Buffer.from(text + end);
        for (const encoded of [bytes.toString("base64"), bytes.toString("base64url")]) {
          expect(mask(`<<${encoded}>>`)).toBe("<<[secret]>>");
        }
        for (const columns of [64, 76]) {
          const lines = bytes.toString("base64").match(new RegExp(`.{1,${columns}}`, "g"))!;
          const whole = mask(lines.join("\n"));
          // All but the last few characters, which may stand alone on the last line.
          expect(whole.replaceAll("[secret]", "").replaceAll("\n", "").length).toBeLessThan(9);
        }
      }),
    );
  });

  it("hides the lines of a long secret one by one", () => {
    const key = "-----BEGIN KEY-----\nAAAABBBB\n  CCCCDDDD\n-----END KEY-----\n";
    const mask = secretMask([key]);
    expect(key.split("\n").map(mask).join("\n")).toBe("[secret]\n[secret]\n  [secret]\n[secret]\n");
    expect(mask(key)).toBe("[secret]");
  });

  it("hides the longer of two secrets first, and short ones as they are", () => {
    expect(secretMask(["abcd", "abcdef"])("abcdef abcd")).toBe("[secret] [secret]");
    expect(secretMask(["a.c"])("a.c abc")).toBe("[secret] abc");
  });

  it("leaves text alone without secrets", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(secretMask([""])(text)).toBe(text);
      }),
    );
  });

  it("hides a secret as large as a file that is delivered, in each form", () => {
    const letters = 'ab<cd"e\nxyz+/ ';
    const large = Array.from({ length: 100_000 }, (_, at) => letters[(at * 7) % letters.length]).join("");
    const mask = secretMask([large]);
    const base64 = Buffer.from(large).toString("base64");
    const inLines = base64.replace(/.{76}/g, "$&\n");
    for (const form of [large, JSON.stringify(large).slice(1, -1), Buffer.from(large).toString("hex")])
      expect(mask(`x ${form} y`)).toBe(`x ${MASK} y`);
    expect(mask(base64).length).toBeLessThan(20);
    expect(mask(inLines)).not.toMatch(/[A-Za-z0-9+/]{30}/);
  });
});
