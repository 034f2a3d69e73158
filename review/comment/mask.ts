import { type Json, SECRET } from "../types.js";

export type Mask = (text: string) => string;

/** Shorter values are no secrets: they would be found everywhere. */
const SHORTEST = 4;
/** A piece of Base64 that is shorter than this is found by chance. */
const SHORTEST_PIECE = 8;

/**
 * Puts "[secret]" in place of each of these values wherever a text has it: as it is, escaped as JSON does (once and twice),
 * URL-encoded, in hex, in Base64, also in the midst of a longer Base64 text.
 */
export function maskOf(secrets: readonly string[]): Mask {
  const forms = new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: a secret may be part of another.
  const all = [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(all.join("|"), "g");
  return (text) => text.replace(pattern, SECRET);
}

/** The same for a value: its keys, texts and numbers. */
export function maskValue<T extends Json | undefined>(value: T, mask: Mask): T;
export function maskValue(value: Json | undefined, mask: Mask): Json | undefined {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") return mask(String(value)) === String(value) ? value : SECRET;
  if (Array.isArray(value)) return value.map((item) => maskValue(item, mask));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [mask(key), maskValue(item, mask)]));
  return value;
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  // Through the bytes, since half a character would make this throw.
  const url = encodeURIComponent(bytes.toString());
  const hex = bytes.toString("hex");
  const forms = [
    secret,
    secret.replaceAll("\n", "\r\n"),
    json,
    JSON.stringify(json).slice(1, -1),
    ...[url, url.replace(/%[0-9A-F]{2}/g, (found) => found.toLowerCase())].flatMap((form) => [
      form,
      form.replaceAll("%20", "+"),
    ]),
    hex,
    hex.toUpperCase(),
  ];
  for (const offset of [0, 1, 2]) {
    const piece = base64Piece(bytes, offset);
    forms.push(piece, piece.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms.filter((form) => form.length >= SHORTEST);
}

/** What bytes look like in a Base64 text in which they begin `offset` bytes after a multiple of three: the digits that are theirs alone. */
function base64Piece(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const piece = text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + bytes.length) * 8) / 6));
  return piece.length >= SHORTEST_PIECE || offset === 0 ? piece : "";
}
