import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair } from "yaml";
import type { Fault } from "../fleet.js";

/** A place in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Finds the places of a document's keys and values. */
export class Places {
  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  at(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** The place of a fault: its value, or its last key, or of what is missing the innermost key that is there. */
  of({ path, at }: Pick<Fault, "path" | "at">): Place {
    let node = this.resolve(this.document.contents);
    let place = this.at(0);
    for (const [depth, key] of path.entries()) {
      const isLast = depth === path.length - 1;
      if (isMap(node)) {
        // Of keys that stand twice the last one counts.
        const pair = node.items.findLast((item) => keyText(item) === String(key));
        if (!pair) return this.mergedPlace(node, path.slice(depth), at) ?? place;
        const value = pair.value as Node | null;
        place = this.start(pair.key as Node) ?? place;
        if (isLast) return at === "key" || !hasText(value) ? place : (this.start(value) ?? place);
        node = this.resolve(value);
      } else if (isSeq(node)) {
        const item = node.items[Number(key)] as Node | undefined;
        if (!item) return place;
        place = this.start(item) ?? place;
        node = this.resolve(item);
      } else {
        return place;
      }
    }
    return place;
  }

  /** A key that came from a merged block (`<<: *name`) is where that block has it. */
  private mergedPlace(node: Node, path: Fault["path"], at: Fault["at"]): Place | undefined {
    if (!isMap(node)) return undefined;
    for (const item of node.items) {
      if (keyText(item) !== "<<") continue;
      const merged = this.resolve(item.value as Node | null);
      const pair = isMap(merged) ? merged.items.find((inner) => keyText(inner) === String(path[0])) : undefined;
      if (pair) return this.start((at === "key" ? pair.key : (pair.value ?? pair.key)) as Node);
    }
    return undefined;
  }

  start(node: Node | null | undefined): Place | undefined {
    return node?.range ? this.at(node.range[0]) : undefined;
  }

  private resolve(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

/** A pair's key as text; undefined for keys that are no scalars. */
export function keyText(pair: unknown): string | undefined {
  if (!isPair(pair)) return undefined;
  const { key } = pair as Pair;
  return isScalar(key) ? String(key.value) : undefined;
}

/** An empty value has a range of no length, after its key. */
const hasText = (node: Node | null | undefined) => !!node?.range && node.range[1] > node.range[0];
