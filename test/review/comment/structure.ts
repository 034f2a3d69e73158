import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { expect } from "vitest";

type Root = ReturnType<typeof fromMarkdown>;
type Node = Root | Root["children"][number] | { type: string; value?: string; children?: Node[] };

/** The HTML that we write. A summary holds words, code and bold. */
const MARKER_LINE = /^<!-- agent-fleet:review v1 head=[\w.-]+(?: run=[\w.-]+)? -->$/;
const SUMMARY = /^<details><summary>(?:[^<>]|<\/?(?:b|code)>)*<\/summary>$/;

/** What GitHub makes something of in text that is no code: mentions, references, addresses, emoji, mathematics. */
const ALIVE = /@[a-z0-9]|#\d|\bGH-\d|https?:|www\.|:[a-z0-9_+-]+:|\$|\b[0-9a-f]{12,40}\b/i;
const HIDDEN = /[^\P{C}\n\t]/u;

const HEADINGS =
  /^(?:(?:❌ Failed|🛑 Needs acknowledgement|⛔ Policy breach|👀 Needs a look|✅ Safe): [\w ,]+|❌ Previews that failed|🛑 Will be lost|Will be lost, and is acknowledged|Kept|Policy findings|Cost|Changes|Next)$/;

/** Demands that a comment is built of our own elements only, and that they fit into each other. */
export function expectSound(markdown: string): void {
  const root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  let open = 0;
  const html: string[] = [];
  const walk = (node: Node): void => {
    const { value, children } = node as { value?: string; children?: Node[] };
    switch (node.type) {
      case "html":
        html.push(value!);
        if (value === "</details>") open--;
        else if (SUMMARY.test(value!)) open++;
        else expect(value).toMatch(MARKER_LINE);
        expect(open).toBeGreaterThanOrEqual(0);
        break;
      case "text":
        expect(value).not.toMatch(ALIVE);
        break;
      case "heading":
        expect(textOf(node)).toMatch(HEADINGS);
        break;
      case "table":
        for (const row of children!) expect((row as { children: unknown[] }).children).toHaveLength(widthOf(node));
        break;
      case "code":
      case "inlineCode":
      case "root":
      case "paragraph":
      case "strong":
      case "list":
      case "listItem":
      case "tableRow":
      case "tableCell":
        break;
      default:
        expect.fail(`a comment has no ${node.type}`);
    }
    for (const child of children ?? []) walk(child);
  };
  walk(root);
  expect(open).toBe(0);
  expect(html.filter((value) => MARKER_LINE.test(value))).toHaveLength(1);
  expect(html[0]).toMatch(MARKER_LINE);
  expect(markdown).not.toMatch(HIDDEN);
}

const textOf = (node: Node): string =>
  (node as { value?: string }).value ?? ((node as { children?: Node[] }).children ?? []).map(textOf).join("");

const widthOf = (table: Node): number =>
  (table as { children: { children: unknown[] }[] }).children[0]!.children.length;
