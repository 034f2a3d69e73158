/** A semantic version, `1.2.3-beta.1+build`. */
export interface Version {
  major: number;
  minor: number;
  patch: number;
  pre: string[];
  build: string[];
}

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** Undefined if the text is no semantic version. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, pre, build] = VERSION.exec(text) ?? [];
  if (patch === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    pre: pre?.split(".") ?? [],
    build: build?.split(".") ?? [],
  };
}

/** Negative if `left` comes before `right`. Builds are not compared. */
export function compareVersions(left: Version, right: Version): number {
  const core = left.major - right.major || left.minor - right.minor || left.patch - right.patch;
  if (core !== 0) return core;
  // A release comes after its pre-releases.
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length;
  for (const [index, a] of left.pre.entries()) {
    const b = right.pre[index];
    if (b === undefined) return 1;
    if (a === b) continue;
    const numbers = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
    const [x, y] = numbers;
    if (x !== undefined && y !== undefined) return x - y;
    if (x !== undefined || y !== undefined) return x !== undefined ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return left.pre.length - right.pre.length;
}
