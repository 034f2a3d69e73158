import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOurs, readMarker, renderComment } from "../../../review/comment/comment.js";
import { renderText } from "../../../review/comment/text.js";
import { change, finding, lossOf, review, stackReview, step, TYPES } from "../build.js";
import { hostile, hostileReview } from "./hostile.js";
import { REVIEWS } from "./reviews.js";
import { expectSound } from "./structure.js";

describe("a comment", () => {
  it.each(Object.entries(REVIEWS))("of %s has only elements of our own", (_, build) => {
    const { markdown, full } = renderComment(build(), { marker: { run: "4711" } });
    expectSound(markdown);
    expectSound(full);
  });

  it("has only elements of our own, whatever the change says", () => {
    fc.assert(
      fc.property(hostileReview, hostile, fc.integer({ min: 4_000, max: 12_000 }), (found, run, limit) => {
        // An address would be a link, and is only ever the poster's own.
        const { markdown, full } = renderComment(found, { marker: { run }, limit, artifact: `artifact ${run}` });
        expectSound(markdown);
        expectSound(full);
        expect(markdown.length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
    );
  });

  it("is known by its first line alone", () => {
    const { markdown } = renderComment(review([]), { marker: { run: "4711-2" } });
    expect(readMarker(markdown)).toEqual({ head: "4ead5ee4ead5ee4ead5ee4ead5ee4ead5ee4ead5", run: "4711-2" });
    expect(readMarker(markdown.replaceAll("\n", "\r\n"))?.run).toBe("4711-2");
    for (const other of [
      "",
      "<!-- agent-fleet:review",
      "<!-- agent-fleet:reviewer v1 head=x -->",
      "<!-- agent-fleet:review v1 head=x --> and more",
      ` ${markdown}`,
      `> ${markdown}`,
      `Look:\n${markdown}`,
    ])
      expect(isOurs(other)).toBe(false);
    const head = { commit: "--> <b>x</b>\n", name: "x" };
    expect(readMarker(renderComment(review([], { head })).markdown)).toEqual({ head: "-b-x-b-" });
  });

  it("is not ours where a value only repeats our marker", () => {
    const marker = renderComment(review([])).markdown.split("\n")[0]!;
    const bump = step("a", "update", TYPES.container, marker, [
      change(marker, { before: marker, after: `${marker}\n${marker}` }),
    ]);
    const { markdown } = renderComment(review([stackReview("a", [bump])]));
    expect(markdown.indexOf(marker)).toBe(0);
    expectSound(markdown);
  });
});

describe("a text for the terminal", () => {
  it("lets no control character of the change through", () => {
    fc.assert(
      fc.property(hostileReview, (found) => {
        expect(renderText(found)).not.toMatch(/[^\P{C}\n\t]/u);
      }),
      { numRuns: 60 },
    );
  });
});

describe("secrets", () => {
  const secret = 'pa$$ "wörd"\n/+?& tail';
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const forms: Record<string, string> = {
    plain: secret,
    JSON: JSON.stringify({ password: secret }),
    "JSON in JSON": JSON.stringify({ inner: JSON.stringify({ password: secret }) }),
    "JSON with escapes of its own": `{"password": "${[...secret].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}", "more": "${"x".repeat(40)}"}`,
    URL: `https://x.y/?p=${encodeURIComponent(secret)}`,
    "a form": `p=${encodeURIComponent(secret).replaceAll("%20", "+").toLowerCase()}`,
    Base64: base64(secret),
    "Base64 behind one letter": base64(`:${secret}`),
    "Base64 behind two": base64(`u:${secret}:more`),
    "Base64 for URLs": Buffer.from(secret).toString("base64url"),
    hex: Buffer.from(secret).toString("hex"),
  };
  /** Pieces that only the secret has. */
  const pieces = [
    "wörd",
    "w\\u00f6rd",
    "w%C3%B6rd",
    "w%c3%b6rd",
    base64(secret).slice(4, 20),
    base64(`:${secret}`).slice(4, 20),
    base64(`u:${secret}`).slice(4, 20),
  ];

  it.each(Object.entries(forms))("are masked as %s, wherever they stand", (_, form) => {
    const found = step("a", "replace", TYPES.volume, `data ${form}`, [
      change(`labels["${form}"]`, { before: "x", after: `see ${form} here`, replaces: true }),
      change("map", { before: { [form]: "x" }, after: { [form]: form, more: "x".repeat(200) } }),
      change("text", { before: form, after: `${form}${form}` }),
    ]);
    const all = review(
      [
        stackReview("a", [found], {
          losses: [lossOf(found, form, { acknowledged: { by: "label", reason: form } })],
          policies: { before: [], after: [finding("a", form, form, form)] },
          reasons: [{ kind: "file", text: form }],
        }),
        stackReview("b", [], { plan: { outcome: "failed", errors: [`it says ${form}`] } }),
      ],
      { head: { commit: "c0ffee", name: form }, unaffected: [form] },
    );
    const { markdown, full } = renderComment(all, { secrets: [secret] });
    for (const text of [markdown, full, renderText(all, { secrets: [secret] })]) {
      expect(text).toContain("[secret]");
      for (const piece of pieces) expect(text).not.toContain(piece);
      expect(text.toLowerCase()).not.toContain(Buffer.from("wörd").toString("hex"));
    }
    expectSound(markdown);
  });

  it("leave what is too short to be one", () => {
    const found = step("a", "update", TYPES.volume, "abc", [change("size", { before: "abc", after: "abcd" })]);
    const { markdown } = renderComment(review([stackReview("a", [found])]), { secrets: ["abc", "abcd", ""] });
    expect(markdown).toContain('"abc"');
    expect(markdown).toContain("+     size: [secret]");
  });

  it("are masked as numbers, and never within each other", () => {
    const found = step("a", "update", TYPES.volume, "v", [
      change("pin", { before: 123456, after: "longer-secret-value" }),
    ]);
    const { markdown } = renderComment(review([stackReview("a", [found])]), {
      secrets: ["123456", "secret", "longer-secret-value"],
    });
    expect(markdown).toContain("~     pin: [secret] (changed)\n");
  });
});
