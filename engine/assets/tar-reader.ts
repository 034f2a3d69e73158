import type { Member } from "./members.js";

const BLOCK = 512;

/** The regular files of a tar file: ustar, pax and GNU long names. Throws Error for what it cannot read. */
export function* readTar(tar: Buffer): Generator<Member> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const block = tar.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const size = number(block.subarray(124, 136));
    const data = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (data.length < size) throw new Error("it is cut off");
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(block[156] as number);
    const ustar = text(block.subarray(257, 262)) === "ustar";
    const prefix = ustar ? text(block.subarray(345, 500)) : "";
    const short = text(block.subarray(0, 100));
    const name: string = longName ?? (prefix && block[263] === 0x30 ? `${prefix}/${short}` : short);
    switch (type) {
      case "x":
        longName = paxPath(data) ?? longName;
        continue;
      case "L":
        longName = text(data);
        continue;
      case "g":
      case "K":
        continue;
      case "0":
      case "\0":
        if (!(type === "\0" && name.endsWith("/"))) yield { name, data };
        break;
      case "5":
        break;
      default:
        throw new Error(`${name} in it is neither a file nor a folder`);
    }
    longName = undefined;
  }
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString("utf8");
}

/** Octal digits; GNU's base 256 for sizes that do not fit. */
function number(field: Buffer): number {
  if (((field[0] as number) & 0x80) === 0) return Number.parseInt(text(field).trim() || "0", 8);
  return field.subarray(1).reduce((total, byte) => total * 256 + byte, (field[0] as number) & 0x7f);
}

function paxPath(data: Buffer): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.subarray(at, space).toString("latin1"));
    if (space < 0 || !(length > 0)) throw new Error("a pax header in it is damaged");
    const record = data.subarray(space + 1, at + length - 1).toString("utf8");
    if (record.startsWith("path=")) found = record.slice("path=".length);
    at += length;
  }
  return found;
}
