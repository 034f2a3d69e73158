import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASK, Masker } from "../../../engine/display/mask.js";
import { OutputValue, Secret } from "../../../engine/values.js";

const masking = (...secrets: string[]): Masker => {
  const masker = new Masker();
  for (const secret of secrets) masker.add(secret);
  return masker;
};

describe("the masker", () => {
  it("hides a secret in every text, whatever it is wrapped in", () => {
    const printable = fc.string({ unit: "grapheme", minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(printable, fc.string(), fc.string(), (secret, before, after) => {
        const masker = masking(secret);
        const clear = before + secret + after;
        const wrapped: [string, string][] = [
          [clear, secret],
          [JSON.stringify({ a: clear }), JSON.stringify(secret).slice(1, -1)],
          [encodeURIComponent(Buffer.from(clear).toString()), encodeURIComponent(Buffer.from(secret).toString())],
          [Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("base64")],
          [Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("hex")],
        ];
        for (const [text, form] of wrapped) expect(masker.mask(text)).not.toContain(form);
      }),
    );
  });

  it("hides a secret within longer base64, at every offset", () => {
    const masker = masking("correct horse battery");
    for (const user of ["", "u", "us", "user", "admin:"]) {
      for (const encoding of ["base64", "base64url"] as const) {
        const text = Buffer.from(`${user}correct horse battery;rest`).toString(encoding);
        const shown = masker.mask(text);
        expect(shown).toContain(MASK);
        expect(Buffer.from(shown.replace(MASK, ""), "base64").toString()).not.toMatch(/orse|batt/);
      }
    }
  });

  it("hides each line of a secret that has several, since programs print line by line", () => {
    const masker = masking("-----BEGIN KEY-----\nMIIBVQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n");
    expect(masker.mask("key: MIIBVQIBADAN")).toBe(`key: ${MASK}`);
    expect(masker.mask('{"k":"-----BEGIN KEY-----\\nMIIBVQIBADAN\\nBgkqhkiG9w0B\\n-----END KEY-----\\n"}')).toBe(
      `{"k":"${MASK}"}`,
    );
  });

  it("takes the longest of several that overlap", () => {
    expect(masking("password", "password-extended").mask("x password-extended y")).toBe(`x ${MASK} y`);
  });

  it("masks short secrets only as words, and none that would blot out every text", () => {
    const masker = masking("abcd", "abc", "true");
    expect(masker.mask("abcd xabcd abcde (abcd) abc true")).toBe(`${MASK} xabcd abcde (${MASK}) abc true`);
  });

  it("learns secrets from values, at any depth, and more of them later", () => {
    const asked: string[] = [];
    const masker = new Masker(() => asked);
    masker.learn({
      list: [new Secret({ deep: ["first-secret"] })],
      output: new OutputValue("second-secret", true, []),
      number: new Secret(1234567),
      plain: "not-a-secret",
    });
    expect(masker.mask("first-secret second-secret 1234567 not-a-secret")).toBe(`${MASK} ${MASK} ${MASK} not-a-secret`);
    asked.push("late-secret");
    expect(masker.mask("late-secret")).toBe(MASK);
  });

  it("masks a secret as large as a file that is delivered, in each form, and the lines of one that has many", () => {
    const letters = 'ab<cd"e\nxyz+/ ';
    const large = Array.from({ length: 100_000 }, (_, at) => letters[(at * 7) % letters.length]).join("");
    const lines = Array.from({ length: 3_000 }, (_, at) => `line ${at} of a large key`);
    const masker = masking(large, lines.join("\n"));
    for (const form of [large, JSON.stringify(large).slice(1, -1), Buffer.from(large).toString("base64")])
      expect(masker.mask(`x ${form} y`)).toBe(`x ${MASK} y`);
    expect(masker.mask(`x ${lines[2_999]} y`)).toBe(`x ${MASK} y`);
  });
});
