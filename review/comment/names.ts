/** `docker:index/volume:Volume` -> `docker:Volume`, `gcp:compute/instance:Instance` -> `gcp:compute:Instance`. */
export function shortType(type: string): string {
  const [pkg, module, name] = type.split(":");
  if (name === undefined) return type;
  const room = module!.split("/")[0]!;
  return room === "index" || room === "" ? `${pkg}:${name}` : `${pkg}:${room}:${name}`;
}

/** A URN's type token and name. What is no URN is a name without a type. */
export function partsOf(urn: string): { type: string; name: string } {
  const [, , chain, ...name] = urn.split("::");
  if (!urn.startsWith("urn:pulumi:") || chain === undefined || name.length === 0) return { type: "", name: urn };
  return { type: chain.split("$").at(-1)!, name: name.join("::") };
}

/** A URN as people read it, without stack, project and parents: `docker:Volume pa-mila-data`. */
export function shortUrn(urn: string): string {
  const { type, name } = partsOf(urn);
  return type === "" ? name : `${shortType(type)} ${name}`;
}

/** GitHub allows no longer names of labels. */
const LONGEST_LABEL = 50;

/**
 * The label of a pull request that acknowledges a loss. Undefined where no label can: its name would be too long.
 * Its description, if it has one, is the reason.
 */
export function acknowledgeLabel(stack: string, name: string): string | undefined {
  const label = `acknowledge-loss:${stack}/${name}`;
  return label.length <= LONGEST_LABEL ? label : undefined;
}

const NUMBER = new Intl.NumberFormat("en");
/** 1,234. */
export const number = (count: number): string => NUMBER.format(count);

/** 1 stack, 2 stacks. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;
