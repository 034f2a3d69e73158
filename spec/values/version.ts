/** Whether a version of three numbers is `least` or newer. What follows a hyphen does not count. */
export function atLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split(/[-+]/)[0]!.split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (have![part] ?? 0) - (want![part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
