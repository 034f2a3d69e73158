/**
 * Entries of a tar file, byte for byte as Go's archive/tar writes regular files with mode 0600 and no time: the hash of an
 * archive is one over them. Format: POSIX ustar, with a pax header for names that do not fit. Source: POSIX.1-2001, pax.
 */
const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;

/** Header and content of one file, padded to whole blocks. */
export function* tarEntry(name: string, data: Buffer): Generator<Buffer> {
  const bytes = Buffer.from(name);
  const ascii = isAscii(name);
  const split = ascii ? splitName(name) : undefined;
  const size = data.length;
  if (ascii && bytes.length <= NAME) yield header({ name: bytes, size, mode: 0o600, type: "0" });
  else if (split !== undefined)
    yield header({ name: Buffer.from(split.name), prefix: Buffer.from(split.prefix), size, mode: 0o600, type: "0" });
  else {
    const record = paxRecord("path", name);
    const at = name.lastIndexOf("/");
    const paxName = `${name.slice(0, at + 1)}PaxHeaders.0/${name.slice(at + 1)}`;
    yield header({ name: cut(toAscii(paxName)), size: record.length, mode: 0, type: "x", plain: true });
    yield* padded(record);
    yield header({ name: cut(toAscii(name), false), size, mode: 0o600, type: "0" });
  }
  yield* padded(data);
}

/** What ends a tar file: two empty blocks. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

interface Header {
  name: Buffer;
  prefix?: Buffer;
  size: number;
  mode: number;
  type: "0" | "x";
  /** Without device numbers: the headers of pax records have none. */
  plain?: boolean;
}

function header({ name, prefix, size, mode, type, plain }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block, 0);
  octal(block, 100, 8, mode);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, size);
  octal(block, 136, 12, 0);
  block.write(type, 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  if (!plain) {
    octal(block, 329, 8, 0);
    octal(block, 337, 8, 0);
  }
  prefix?.copy(block, 345);
  // The checksum counts its own field as blanks.
  block.write("        ", 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** Octal digits that fill the field but for a zero byte. */
function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
}

function* padded(data: Buffer): Generator<Buffer> {
  yield data;
  const rest = data.length % BLOCK;
  if (rest > 0) yield Buffer.alloc(BLOCK - rest);
}

/** A long name in two parts at a slash, if there is a place where both fit. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  if (name.length <= NAME) return undefined;
  let length = name.length;
  if (length > PREFIX + 1) length = PREFIX + 1;
  else if (name.endsWith("/")) length--;
  const at = name.lastIndexOf("/", length - 1);
  const rest = name.length - at - 1;
  if (at <= 0 || rest > NAME || rest === 0 || at > PREFIX) return undefined;
  return { prefix: name.slice(0, at), name: name.slice(at + 1) };
}

/** `<length> path=<name>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.from(` ${key}=${value}\n`);
  let length = body.length;
  while (length !== body.length + String(length).length) length = body.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

function isAscii(text: string): boolean {
  return Buffer.from(text).every((byte) => byte < 0x80 && byte !== 0);
}

function toAscii(text: string): string {
  return [...text].filter((char) => char.charCodeAt(0) < 0x80 && char !== "\0").join("");
}

function cut(name: string, trim = true): Buffer {
  const short = name.slice(0, NAME);
  return Buffer.from(trim || name.length > NAME ? short.replace(/\/+$/, "") : short);
}
