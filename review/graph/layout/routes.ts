import type { TopologyEdge } from "../types.js";
import { middle } from "./card.js";
import { COLUMN, type Columns } from "./columns.js";
import type { Placed, PlacedEdge } from "./types.js";

/** How far a line keeps from the border of what it goes around, and how round its corners are. */
const DISTANCE = 20;
const ROUND = 9;

/** Lines between what is placed. They go through the gaps between columns and below machines, never through a card. */
export function route(placed: Placed[], edges: TopologyEdge[], columns: Columns): PlacedEdge[] {
  const of = new Map(placed.map((one) => [one.node.id, one]));
  return edges.flatMap((edge) => {
    const from = of.get(edge.from);
    const to = of.get(edge.to);
    return from && to ? [{ edge, path: path(from, to, { of, columns }) }] : [];
  });
}

interface Context {
  of: Map<string, Placed>;
  columns: Columns;
}

function path(from: Placed, to: Placed, context: Context): string {
  // A frame's lines end at its border, beside its name.
  if (from.column === to.column && !from.frame && !to.frame) return arc(from, to);
  if (from.column === to.column && from.column === COLUMN.outside) return arc(from, to);
  const forward = from.column < to.column || (from.column === COLUMN.outside && to.frame);
  if (context.columns.adjacent(from.column, to.column)) {
    return forward ? curve(right(from), left(to)) : curve(left(from), right(to));
  }
  const reserved = from.column === COLUMN.edges && to.column === COLUMN.data;
  return reserved ? across(right(from), left(to)) : around(from, to, forward, context);
}

type Point = [x: number, y: number];
const height = (one: Placed) => (one.frame ? one.y + 28 : middle(one));
const left = (one: Placed): Point => [one.x, height(one)];
const right = (one: Placed): Point => [one.x + one.width, height(one)];

function curve([x, y]: Point, [toX, toY]: Point): string {
  const bend = (toX - x) / 2;
  return `M${at(x, y)} C${at(x + bend, y)} ${at(toX - bend, toY)} ${at(toX, toY)}`;
}

/** Between two of one column, on the side where there is room: the farther apart, the wider. */
function arc(from: Placed, to: Placed): string {
  const isOutside = from.column === COLUMN.outside;
  const side = isOutside ? left : right;
  const [x, y] = side(from);
  const [toX, toY] = side(to);
  const down = toY > y ? 1 : -1;
  const start = y + down * Math.min(14, from.height / 4);
  const end = toY - down * Math.min(14, to.height / 4);
  const bulge = (24 + Math.min(40, Math.abs(end - start) / 8)) * (isOutside ? -0.7 : 1);
  return `M${at(x, start)} C${at(x + bulge, start)} ${at(toX + bulge, end)} ${at(toX, end)}`;
}

/** Down in the first gap, then straight: the row is free. */
function across([x, y]: Point, [toX, toY]: Point): string {
  return bent([
    [x, y],
    [x + DISTANCE, y],
    [x + DISTANCE, toY],
    [toX, toY],
  ]);
}

/** Through the gap beside it, below the machine, and through the gap beside the other. */
function around(from: Placed, to: Placed, forward: boolean, { of }: Context): string {
  const start = forward ? right(from) : left(from);
  const end = forward ? left(to) : right(to);
  const away = forward ? DISTANCE : -DISTANCE;
  const box = of.get(from.node.parent ?? "") ?? of.get(to.node.parent ?? "");
  const lane = box ? box.y + box.height + DISTANCE / 2 : Math.max(start[1], end[1]);
  return bent([
    start,
    [start[0] + away, start[1]],
    [start[0] + away, lane],
    [end[0] - away, lane],
    [end[0] - away, end[1]],
    end,
  ]);
}

/** A line through points, with round corners. */
function bent(points: Point[]): string {
  const parts = [`M${at(...points[0]!)}`];
  for (let index = 1; index < points.length - 1; index++) {
    const corner = points[index]!;
    const before = towards(corner, points[index - 1]!);
    const after = towards(corner, points[index + 1]!);
    parts.push(`L${at(...before)} Q${at(...corner)} ${at(...after)}`);
  }
  parts.push(`L${at(...points.at(-1)!)}`);
  return parts.join(" ");
}

function towards([x, y]: Point, [toX, toY]: Point): Point {
  const length = Math.hypot(toX - x, toY - y);
  const share = length === 0 ? 0 : Math.min(ROUND, length / 2) / length;
  return [x + (toX - x) * share, y + (toY - y) * share];
}

const at = (x: number, y: number): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
