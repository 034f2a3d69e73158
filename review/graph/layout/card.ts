import { visible } from "../text.js";
import type { TopologyNode } from "../types.js";
import { wrap } from "./measure.js";
import type { Placed } from "./types.js";

export const CARD = { width: 200, padding: 12, label: 13, minor: 12, detail: 11 } as const;
/** Heights of lines of text. */
export const LINE = { caption: 14, label: 17, detail: 14 } as const;
export const FRAME = { padding: 16 } as const;

/** What there is much of, with long names. */
const isMinor = ({ kind }: TopologyNode) => ["record", "network", "volume", "folder", "repository"].includes(kind);

/** A node as a card, without a place yet. */
export function card(node: TopologyNode, column: number): Placed {
  const inner = CARD.width - 2 * CARD.padding;
  const label = wrap(visible(node.label), isMinor(node) ? CARD.minor : CARD.label, inner);
  const detail = wrap(visible(node.detail), CARD.detail, inner);
  const height = 20 + LINE.caption + label.length * LINE.label + detail.length * LINE.detail;
  return { node, x: 0, y: 0, width: CARD.width, height: Math.ceil(height), frame: false, label, detail, column };
}

/** A node as a frame around what is in it, without a height yet. */
export function frame(node: TopologyNode, column: number, x: number, width: number): Placed {
  const inner = width - 2 * FRAME.padding;
  const label = wrap(visible(node.label), CARD.label, inner);
  const detail = wrap(visible(node.detail), CARD.detail, inner);
  return { node, x, y: 0, width, height: 0, frame: true, label, detail, column };
}

/** How much of a frame its own texts take. */
export const headerHeight = ({ label, detail }: Placed): number =>
  24 + LINE.caption + label.length * LINE.label + detail.length * LINE.detail;

export const middle = ({ y, height }: Placed): number => y + height / 2;

/** Stacks cards below each other from a height on; gives the height at which they end. */
export function stack(cards: Placed[], x: number, top: number, gap: number): number {
  let y = top;
  for (const one of cards) {
    one.x = x;
    one.y = y;
    y += one.height + gap;
  }
  return cards.length > 0 ? y - gap : top;
}

/**
 * Puts cards below each other, each as near as it can be to where it is wanted, none above `top` and, where there is room, none below
 * `bottom`. Gives the height at which they end.
 *
 * @param wanted heights of the middles
 */
export function settle(
  cards: Placed[],
  x: number,
  wanted: Map<Placed, number>,
  place: { top: number; bottom: number; gap: number },
): number {
  const { top, bottom, gap } = place;
  let next = top;
  for (const one of cards) {
    one.x = x;
    one.y = Math.max(next, (wanted.get(one) ?? next + one.height / 2) - one.height / 2);
    next = one.y + one.height + gap;
  }
  let limit = bottom;
  for (const one of [...cards].reverse()) {
    one.y = Math.min(one.y, limit - one.height);
    limit = one.y - gap;
  }
  next = top;
  for (const one of cards) {
    one.y = Math.max(one.y, next);
    next = one.y + one.height + gap;
  }
  return cards.length > 0 ? next - gap : top;
}
