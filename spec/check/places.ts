import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Fault } from "../fleet.js";

/** A place in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Finds the places of a document's keys and values. */
export class Places {
  /** Where each line begins. The YAML reader's own count goes astray after a syntax error. */
  private readonly lineStarts = [0];

  constructor(
    text: string,
    private readonly document: Document,
  ) {
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) this.lineStarts.push(end + 1);
  }

  at(offset: number): Place {
    let [low, high] = [0, this.lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.lineStarts[low]! + 1 };
  }

  /** The place of a fault: its value, or its last key, or of what is missing the innermost key that is there. */
  of({ path, at }: Pick<Fault, "path" | "at">): Place {
    let node = this.resolve(this.document.contents);
    let place = this.at(0);
    for (const [depth, key] of path.entries()) {
      const isLast = depth === path.length - 1;
      if (isMap(node)) {
        // Of keys that stand twice the last one counts.
        const own = node.items.findLast((item) => keyText(item) === String(key));
        const pair = own ?? this.merged(node, String(key));
        if (!pair) return place;
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
  private merged(node: Node, key: string): Pair | undefined {
    if (!isMap(node)) return undefined;
    for (const item of node.items) {
      if (keyText(item) !== "<<") continue;
      const value = item.value as Node | null;
      for (const block of isSeq(value) ? value.items : [value]) {
        const merged = this.resolve(block as Node | null);
        const pair = isMap(merged) ? merged.items.find((inner) => keyText(inner) === key) : undefined;
        if (pair) return pair as Pair;
      }
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
  if (!isScalar(key)) return undefined;
  // The reader gives a merge key as a symbol.
  return typeof key.value === "symbol" ? key.value.description : String(key.value);
}

/** An empty value has a range of no length, after its key. */
const hasText = (node: Node | null | undefined) => !!node?.range && node.range[1] > node.range[0];
