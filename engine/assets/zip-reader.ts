import { inflateRawSync } from "node:zlib";
import type { Member } from "./members.js";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** A count or an offset that does not fit and stands elsewhere (zip64). */
const ELSEWHERE = 0xffffffff;

/**
 * The files of a zip file, in the order of its directory. Throws Error for what it cannot read. Source: APPNOTE 6.3.9.
 *
 * @param most bytes of all files together, unpacked: throws once they are more; default: no limit
 */
export function* readZip(zip: Buffer, most = Number.POSITIVE_INFINITY): Generator<Member> {
  let left = most;
  const end = findEnd(zip);
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  if (at === ELSEWHERE || count === 0xffff) throw new Error("it is a zip64 file");
  for (let index = 0; index < count; index++) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error("its directory is damaged");
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString("utf8");
    at += 46 + nameLength + extraLength + commentLength;
    if (name.endsWith("/")) continue;
    if (packed === ELSEWHERE || local === ELSEWHERE) throw new Error("it is a zip64 file");
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = unpack(name, method, zip.subarray(start, start + packed), left);
    left -= data.length;
    yield { name, data };
  }
}

function unpack(name: string, method: number, data: Buffer, most: number): Buffer {
  if (method === 8) return inflateRawSync(data, Number.isFinite(most) ? { maxOutputLength: Math.max(1, most) } : {});
  if (method !== 0) throw new Error(`${name} in it is packed by a method that is not known (${method})`);
  if (data.length > most) throw new Error(`${name} in it is too large`);
  return data;
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= 0 && at >= zip.length - 22 - 0xffff; at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw new Error("it is no zip file");
}
