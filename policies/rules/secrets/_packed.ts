import { gunzipSync } from "node:zlib";

/** Clouds take at most 256 KiB; a text that grows beyond this when it is unpacked is no user data. */
const LARGEST = 4 * 1024 * 1024;

/** Shorter ones are words, or tokens, more often than texts. */
const BASE64 = /^[A-Za-z0-9+/\s]{40,}={0,2}$/;
const HEX = /^[0-9a-f]+$/i;

/**
 * User data as a text, unpacked where it is in base64 or, in that, packed by gzip: Azure wants base64, and cloud-init
 * reads both.
 *
 * @returns undefined if it is packed so that it cannot be read
 */
export function unpacked(data: string): string | undefined {
  const text = data.trim();
  if (!BASE64.test(text) || HEX.test(text) || text.replace(/\s/g, "").length % 4 !== 0) return data;
  const bytes = Buffer.from(text, "base64");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return asText(bytes);
  try {
    return asText(gunzipSync(bytes, { maxOutputLength: LARGEST }));
  } catch {
    return undefined;
  }
}

function asText(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what shows that it is no text
    return /[\0-\x08]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
