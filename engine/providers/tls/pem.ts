/** PEM text of 64 columns with a newline at the end, as Go writes it. */
export function pemText(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The bytes of the first block with this label. Throws, naming what it found instead. */
export function pemBytes(pem: string, label: string): Buffer {
  const block = pemBlocks(pem)[0];
  if (!block) throw new Error(`not PEM: no BEGIN ${label} line`);
  if (block.label !== label) throw new Error(`is PEM of a ${block.label}, not of a ${label}`);
  return block.der;
}

/** All blocks of a PEM text, in their order. */
export function pemBlocks(pem: string): { label: string; der: Buffer }[] {
  const blocks = pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g);
  return [...blocks].map(([, label, body]) => {
    // Old keys carry headers ("Proc-Type: …") before an empty line.
    const text = body!.replace(/^[\s\S]*?:[\s\S]*?\r?\n\r?\n/, "");
    return { label: label!, der: Buffer.from(text, "base64") };
  });
}
