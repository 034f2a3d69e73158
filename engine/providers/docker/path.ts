/** One step of a property path; `*` stands for any. */
export type Step = string | number;

/** Writes a key behind a path as Pulumi does: `a.b`, `a["max-size"]`, `a[0]`. */
export function at(path: string, step: Step): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(step)) return path === "" ? step : `${path}.${step}`;
  return `${path}[${JSON.stringify(step)}]`;
}

/** The steps of a path that `at` or a user wrote. */
export function steps(path: string): Step[] {
  const found: Step[] = [];
  for (const part of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    if (part[1] !== undefined) found.push(part[1].replace(/\\(.)/g, "$1"));
    else if (part[2] !== undefined) found.push(part[2] === "*" ? "*" : Number(part[2]));
    else found.push(part[3]!);
  }
  return found;
}

/** True if `inner` is `outer` or lies under it. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [steps(outer), steps(inner)];
  return a.length <= b.length && a.every((step, i) => step === "*" || step === b[i]);
}
