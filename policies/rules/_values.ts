import { isUnknown, type Props, UNKNOWN, type Verdict } from "../rule.js";

/** A value of a resource's inputs, with where it stands. */
export interface Found {
  // biome-ignore lint/suspicious/noExplicitAny: inputs are whatever the provider's schema says
  value: any;
  path: string;
}

/** What a rule of stacks says of a resource. */
export type Placed = Verdict & { urn: string };

export const later = (path: string): Verdict => ({ unknown: `${path} is known only later`, path });

/** What stands at a path such as `devices.disks`: UNKNOWN if it, or something on the way to it, is known only later. */
export function valueAt(props: Props, path: string): Found["value"] {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let value: any = props;
  for (const key of path.split(".")) {
    if (isUnknown(value)) return UNKNOWN;
    value = value?.[key];
  }
  return value ?? undefined;
}

/** The elements of a list, none where there is no list. A list that is known only later is one unknown element. */
export function elementsAt(props: Props, path: string, under = ""): Found[] {
  const list = valueAt(props, path);
  const whole = under === "" ? path : `${under}.${path}`;
  if (isUnknown(list)) return [{ value: UNKNOWN, path: whole }];
  if (!Array.isArray(list)) return [];
  return list.map((value, index) => ({ value, path: `${whole}[${index}]` }));
}

/** Nothing if the value at a path is as it should be, else the breach; unknown if it is known only later. */
export function demand(
  props: Props,
  path: string,
  holds: (value: Found["value"]) => boolean,
  breach: string,
): Verdict[] {
  const value = valueAt(props, path);
  if (isUnknown(value)) return [later(path)];
  return holds(value) ? [] : [{ breach, path }];
}

/** What stands for true in the metadata and settings of clouds, which are texts. */
export const isOn = (value: unknown) => value === true || /^(true|yes|y|1|on)$/i.test(String(value ?? ""));

/** Breaches as they are; what cannot be told only where there is none, since a breach says enough. */
export function breachesFirst(verdicts: Verdict[]): Verdict[] {
  const breaches = verdicts.filter((verdict) => "breach" in verdict);
  return breaches.length > 0 ? breaches : verdicts;
}
