const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;
const IPV6 = /^([0-9a-f:]+)(?:\/(\d{1,3}))?$/;

/** Whether a text is an IP address or a network in the one form that programs print: no bits behind its length, no length of one host. */
export function isNetwork(text: string): boolean {
  const v4 = IPV4.exec(text);
  if (v4) {
    const parts = v4.slice(1, 5);
    if (parts.some((part) => Number(part) > 255 || String(Number(part)) !== part)) return false;
    const bits = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
    return isLength(v4[5], 32) && (v4[5] === undefined || bits % 2 ** (32 - Number(v4[5])) === 0);
  }
  const v6 = IPV6.exec(text);
  if (!v6 || !text.includes(":")) return false;
  const groups = groupsOf(v6[1]!);
  if (!groups || !isLength(v6[2], 128)) return false;
  if (v6[2] === undefined) return true;
  const length = Number(v6[2]);
  return groups.every((group, at) => {
    const kept = Math.min(16, Math.max(0, length - at * 16));
    return group % 2 ** (16 - kept) === 0;
  });
}

const isLength = (text: string | undefined, bits: number) =>
  text === undefined || (String(Number(text)) === text && Number(text) > 0 && Number(text) < bits);

/** The groups of an IPv6 address in its shortest form; undefined for anything else. */
function groupsOf(address: string): number[] | undefined {
  try {
    if (new URL(`http://[${address}]/`).hostname !== `[${address}]`) return undefined;
  } catch {
    return undefined;
  }
  const read = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [head = "", tail] = address.split("::");
  const [first, last] = [read(head), read(tail ?? "")];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}
