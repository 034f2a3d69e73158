// The pages and the Mermaid text that `./fleet graph` writes, in a real browser and by the real Mermaid.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { html } from "../../review/graph/html.js";
import { mermaid } from "../../review/graph/mermaid.js";
import type { Topology } from "../../review/graph/types.js";
import { project, toolkit } from "../cli/harness.js";
import { describeIf } from "../templates/daemon.js";
import { noBrowser, openPage, startBrowser } from "./support/browser.js";
import { contrasts, drawnFaults, labelsOf } from "./support/graph-page.js";
import { fetchMermaid } from "./support/mermaid.js";

const STACKS = ["local", "gather-host", "gather-tenant", "mypa-shared", "mypa-beta", "mypa-admin"];

describeIf(noBrowser, "a stack's graph in a browser", () => {
  const here = project();
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    browser = await startBrowser();
    script = fetchMermaid();
  });
  afterAll(() => browser?.close());

  const draw = async (stack: string, ...options: string[]): Promise<string> => {
    const { code, stdout, stderr } = await here.fleet(["-C", toolkit, "graph", stack, ...options]);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const save = (name: string, text: string): string => {
    writeFileSync(join(here.root, name), text);
    return pathToFileURL(join(here.root, name)).href;
  };

  describe.each(STACKS)("%s", (stack) => {
    let graph: Topology;
    let url: string;
    beforeAll(async () => {
      graph = JSON.parse(await draw(stack, "--plan", "--format", "json")) as Topology;
      url = save(`${stack}.html`, html(graph));
    });

    it("shows every node whole, by itself, with nothing cut off, in light, in dark and without scripts", async () => {
      for (const scheme of ["light", "dark"]) {
        const { page, faults } = await openPage(browser);
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.setJavaScriptEnabled(scheme === "light");
        await page.goto(url);
        await fitHeight(page);
        expect(await page.evaluate(drawnFaults)).toEqual([]);
        expect((await page.evaluate(labelsOf)).sort()).toEqual(graph.nodes.map(({ label }) => label).sort());
        expect(Math.min(...(await page.evaluate(contrasts)))).toBeGreaterThanOrEqual(4.5);
        expect(faults).toEqual([]);
        await page.close();
      }
    });

    it("shows the details of each node that is clicked, and still all nodes beside them", async () => {
      const { page, faults } = await openPage(browser);
      await page.goto(url);
      await fitHeight(page);
      expect(await page.$eval("aside", (panel) => panel.checkVisibility())).toBe(false);
      const nodes = await page.$$("[data-node]");
      expect(nodes).toHaveLength(graph.nodes.length);
      for (const node of nodes) {
        // Its name: the middle of a frame may be another node.
        await (await node.$(".label"))!.click();
        const shown = await page.$eval(
          "aside",
          (panel) => panel.checkVisibility() && panel.querySelector("h2")!.textContent,
        );
        const label = await node.$$eval(".label", (lines) => lines.map(({ textContent }) => textContent).join(""));
        expect(shown).toBe(graph.nodes.find(({ label: one }) => squeezed(one) === squeezed(label))?.label);
      }
      expect(await page.evaluate(drawnFaults)).toEqual([]);
      const chosen = graph.nodes.find(({ kind }) => kind === "machine")!;
      await page.click(".machine .label");
      const text = await page.$eval("aside", (panel) => (panel as unknown as { innerText: string }).innerText);
      for (const fact of chosen.facts.flat()) expect(text).toContain(fact);
      for (const { name } of chosen.steps) expect(text).toContain(name);
      expect(faults).toEqual([]);
      await page.close();
    });

    it("is drawn by Mermaid, with every name", async () => {
      const drawn = await drawMermaid(await draw(stack));
      for (const { label } of graph.nodes) expect(drawn.text).toContain(squeezed(label));
      expect(drawn.boxes).toBeGreaterThan(0);
      expect((await drawMermaid(mermaid(graph))).text).toContain("created");
    });
  });

  it("works from the keyboard, and prints", async () => {
    const { page, faults } = await openPage(browser);
    await page.goto(save("keys.html", await draw("local", "--format", "html")));
    const title = () =>
      page.$eval("aside", (panel) => panel.checkVisibility() && panel.querySelector("h2")!.textContent);
    await page.keyboard.press("Tab");
    expect(await title()).toBe("here");
    await page.$eval('[aria-label^="edge, front"]', (node) => (node as unknown as Found).focus());
    expect(await title()).toBe("front");
    await page.keyboard.press("ArrowRight");
    expect(await title()).toBe("brook");
    await page.keyboard.press("ArrowDown");
    expect(await title()).toBe("cleo");
    await page.keyboard.press("ArrowLeft");
    expect(await title()).toBe("front");
    // From the details to what the node has to do with.
    await page.evaluate(() => {
      const { document } = globalThis as unknown as PageGlobal;
      [...document.querySelectorAll("aside li button")].find(({ textContent }) => textContent === "ada")!.focus();
    });
    await page.keyboard.press("Enter");
    expect(await title()).toBe("ada");
    await page.keyboard.press("Escape");
    expect(await title()).toBe(false);
    await page.click('[aria-label^="agent, ada"] .label');
    await page.emulateMediaType("print");
    expect(await title()).toBe(false);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    expect(faults).toEqual([]);
    await page.close();
  });

  describe("names that are no names", () => {
    const NAMES = [
      `</script><script>alert(1)</script><img src="http://127.0.0.1:1/x" onerror="alert(2)">`,
      `a"] --> evil["b`,
      "`**bold**` _it_ [link](javascript:alert(3))",
      "end; click n0 call alert()",
      "#quot;&lt;b&gt;",
      "1. first",
      "- item",
      "日本語のとても長い名前はどこで折り返されるのでしょうか",
      `${"long-".repeat(30)}name`,
    ];
    const hostile: Topology = {
      stack: NAMES[0]!,
      planned: true,
      nodes: [
        { id: "m", kind: "machine", label: NAMES[0]!, detail: NAMES[1]!, facts: [], steps: [] },
        ...NAMES.map((name, at) => ({
          id: `a${at}`,
          kind: "agent" as const,
          label: name,
          detail: name,
          parent: "m",
          change: "update" as const,
          facts: [[name, name]] as [string, string][],
          steps: [{ op: "update" as const, name, type: name, retained: true }],
        })),
      ],
      edges: NAMES.map((name, at) => ({
        from: `a${at}`,
        to: `a${(at + 1) % NAMES.length}`,
        relation: "reaches",
        label: name,
      })),
    };

    it("are text in the page and in its details", async () => {
      const { page, faults } = await openPage(browser);
      await page.goto(save("hostile.html", html(hostile)));
      await fitHeight(page);
      for (const node of await page.$$("[data-node]")) await (await node.$(".label"))!.click();
      expect(await page.evaluate(drawnFaults)).toEqual([]);
      expect(await page.$$("img, a, b, iframe, script:not(:last-of-type):not([type])")).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });

    it("are text to Mermaid", async () => {
      const { text, foreign } = await drawMermaid(mermaid(hostile));
      for (const name of NAMES) expect(text).toContain(squeezed(name));
      expect(foreign).toEqual([]);
    });
  });

  /** What Mermaid makes of a text: all that can be read, how many boxes, and elements that a name could have made. */
  async function drawMermaid(text: string): Promise<{ text: string; boxes: number; foreign: string[] }> {
    const { page, faults } = await openPage(browser);
    await page.setContent("<!DOCTYPE html><main></main>");
    await page.addScriptTag({ path: script });
    const drawn = await page.evaluate(async (text) => {
      const { mermaid, document } = globalThis as unknown as PageGlobal;
      mermaid.initialize({ startOnLoad: false });
      const { svg } = await mermaid.render("graph", text);
      const main = document.querySelector("main")!;
      main.innerHTML = svg;
      for (const style of main.querySelectorAll("style")) style.remove();
      return {
        text: main.textContent,
        boxes: main.querySelectorAll(".node, .cluster").length,
        foreign: [...main.querySelectorAll("img, a, b, script, strong, em, ul, ol")].map(({ tagName }) => tagName),
      };
    }, text);
    expect(faults).toEqual([]);
    await page.close();
    return { ...drawn, text: squeezed(drawn.text) };
  }
});

/** What of a browser's globals is used here; the toolkit's own sources know no DOM. */
interface PageGlobal {
  mermaid: {
    initialize(options: object): void;
    render(id: string, text: string): Promise<{ svg: string }>;
  };
  document: { querySelector(selector: string): Found | null; querySelectorAll(selector: string): Iterable<Found> };
}
interface Found {
  textContent: string;
  tagName: string;
  innerHTML: string;
  focus(): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<Found> & { length: number };
}

/** Lines are broken where they fit. */
const squeezed = (text: string): string => text.replace(/\s+/g, "");

/** Makes the window as high as the page, so that nothing is below its edge. */
async function fitHeight(page: Page): Promise<void> {
  const height = await page.$eval("html", (root) => root.scrollHeight);
  await page.setViewport({ width: 1440, height: Math.max(1000, height + 400) });
}
