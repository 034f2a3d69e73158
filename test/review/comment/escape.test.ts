import { expect, it } from "vitest";
import { code, fence, htmlCode, prose, visible } from "../../../review/comment/escape.js";

it("shows what one would not see", () => {
  expect(visible("a\u001b[31m\n\u202E\u200B\u00a0\u{E0041}\uD800é🙂")).toBe(
    "a␛[31m⏎⟨U+202E⟩⟨U+200B⟩⟨U+00A0⟩⟨U+E0041⟩⟨U+D800⟩é🙂",
  );
});

it.each([
  ["a", "`a`"],
  ["a`b", "``a`b``"],
  ["`", "`` ` ``"],
  [" a ", "`  a  `"],
  ["", '`""`'],
  ["a|b", "`a⟨U+007C⟩b`"],
  ["a\nb", "`a⏎b`"],
])("makes code of %j", (text, expected) => {
  expect(code(text)).toBe(expected);
});

it("cuts no character in half", () => {
  expect(code("ab🙂", 3)).toBe("`ab…`");
  expect(code("ab🙂", 4)).toBe("`ab🙂`");
});

it.each([
  ["It runs as root, on CPU/memory (50%).", "It runs as root, on CPU/memory (50%)."],
  ["ask @octocat, see #12.", "ask `@octocat`, see `#12`."],
  ["see GH-12 or 0b5e7a1 or www.example.com", "see `GH-12` or `0b5e7a1` or `www.example.com`"],
  ['mounts "/var/run/docker.sock"', 'mounts "`/var/run/docker.sock`"'],
  ["see 1. one - two * three", "see 1. one `-` two `*` three"],
  ["one\n\n# two", "one ⏎ `#` two"],
])("makes words of %j", (text, expected) => {
  expect(prose(text)).toBe(expected);
});

it("makes HTML of text where Markdown is not read", () => {
  expect(htmlCode("</summary>&\"'")).toBe("<code>&lt;/summary&gt;&amp;&quot;&#39;</code>");
});

it("closes a block with more ticks than are in it", () => {
  expect(fence("diff", ["+ ````", "\tx"])).toBe("`````diff\n+ ````\n\tx\n`````");
});
