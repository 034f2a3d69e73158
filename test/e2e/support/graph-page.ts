// Functions that run in the page: they use nothing from here.

interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
interface PageElement {
  textContent: string;
  dataset: Record<string, string>;
  classList: { contains(name: string): boolean };
  getBoundingClientRect(): Rect;
  querySelectorAll(selector: string): Iterable<PageElement>;
  querySelector(selector: string): PageElement | null;
  closest(selector: string): PageElement | null;
}
interface Page {
  document: { querySelectorAll(selector: string): Iterable<PageElement> };
  innerWidth: number;
  innerHeight: number;
  getComputedStyle(element: PageElement): { fill: string };
}

/** What is wrong with a drawing: nodes outside the window, on each other, or texts that leave their nodes. */
export function drawnFaults(): string[] {
  const { document, innerWidth, innerHeight } = globalThis as unknown as Page;
  const found: string[] = [];
  const nodes = [...document.querySelectorAll("[data-node]")];
  const box = (element: PageElement) => element.querySelector(".box")!.getBoundingClientRect();
  const name = (element: PageElement) => element.querySelector(".label")?.textContent ?? "?";
  const within = (inner: Rect, outer: Rect) =>
    inner.left >= outer.left - 0.5 &&
    inner.top >= outer.top - 0.5 &&
    inner.right <= outer.right + 0.5 &&
    inner.bottom <= outer.bottom + 0.5;
  const window = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (const node of nodes) {
    const { left, right, top, bottom } = box(node);
    if (right - left < 40 || bottom - top < 20) found.push(`${name(node)} is not visible`);
    if (!within(box(node), window)) found.push(`${name(node)} is outside the window`);
    for (const text of node.querySelectorAll("text")) {
      if (!within(text.getBoundingClientRect(), box(node)))
        found.push(`"${text.textContent}" is cut off in ${name(node)}`);
    }
    const [caption, mark] = [node.querySelector(".caption"), node.querySelector(".mark")];
    if (caption && mark && caption.getBoundingClientRect().right > mark.getBoundingClientRect().left)
      found.push(`${name(node)}: what it is and what becomes of it overlap`);
  }
  const cards = nodes.filter((node) => !node.classList.contains("frame"));
  for (const [at, one] of cards.entries())
    for (const other of cards.slice(at + 1)) {
      const [a, b] = [box(one), box(other)];
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        found.push(`${name(one)} and ${name(other)} overlap`);
    }
  return found;
}

/** Every node's label as it can be read. */
export function labelsOf(): string[] {
  const { document } = globalThis as unknown as Page;
  return [...document.querySelectorAll("[data-node]")].map((node) =>
    [...node.querySelectorAll(".label")].map(({ textContent }) => textContent).join(""),
  );
}

/** How well each text of a node stands out from what it is on, as WCAG reckons it: from 1 to 21. */
export function contrasts(): number[] {
  const { document, getComputedStyle } = globalThis as unknown as Page;
  const brightness = (element: PageElement) => {
    const [red, green, blue] = getComputedStyle(element)
      .fill.match(/[\d.]+/g)!
      .map((part) => Number(part) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  return [...document.querySelectorAll("[data-node] text")].map((text) => {
    const [a, b] = [brightness(text), brightness(text.closest("[data-node]")!.querySelector(".box")!)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}
