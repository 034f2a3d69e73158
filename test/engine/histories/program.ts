/** What a random program declares. Resources are named by `key`, which they keep for life; references go to earlier ones only. */
export type Kind = "Thing" | "Named" | "Vague" | "Group" | "Provider";

export interface Declared {
  /** Name of the object in the cloud. */
  key: string;
  /** The resource's name in the program; a former one is among the aliases. */
  name: string;
  kind: Kind;
  /** Never changes: deleted before it is replaced, whatever the provider says. */
  deleteFirst: boolean;
  /** An input that is updated in place, one that replaces, one with structure. For a provider `zone` is its region. */
  size: number;
  zone: string;
  nested?: { a: number; list: number[] };
  /** A password `s3cr3t-<n>`, always secret; or `open-<n>`, never secret. */
  password?: { secret: boolean; n: number };
  /** The address of another resource: updated in place. */
  from?: string;
  /** The id of another one, which cannot be deleted while this is there: replaces. */
  link?: string;
  /** The id of the object that this one goes with (`deletedWith`). */
  within?: string;
  parent?: string;
  provider?: string;
  dependsOn: string[];
  replaceWith: string[];
  trigger?: number;
  protect?: boolean;
  retain?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  secretOutputs?: boolean;
  /** Not the program's own: an object that is only read (`Thing.get`). */
  found?: boolean;
  /** Takes up an object that is there already (`import`). */
  imports?: boolean;
  /** Former URNs. */
  aliases: string[];
}

export interface Program {
  resources: Declared[];
  /** Number of the next key. */
  serial: number;
}

export const STACK = "dev";
export const PROJECT = "test";
export const ROOT_URN = `urn:pulumi:${STACK}::${PROJECT}::pulumi:pulumi:Stack::${PROJECT}-${STACK}`;

const TYPES: Record<Kind, string> = {
  Thing: "cloud:index:Thing",
  Named: "cloud:index:Named",
  Vague: "cloud:index:Vague",
  Group: "test:index:Group",
  Provider: "pulumi:providers:cloud",
};

export const typeOf = (item: Declared): string => TYPES[item.kind];
export const isObject = (item: Declared): boolean => item.kind !== "Group" && item.kind !== "Provider";
export const serialOf = (item: Declared): number => Number(item.key.slice(1));

/** True if the program makes, or takes up, an object for it. */
export const isOwn = (item: Declared): boolean => isObject(item) && !item.found;
/** Id of the object that somebody else made for a resource to read or import. */
export const foreignId = (key: string): string => `ext-${key}`;

export function find(program: Program, key: string): Declared {
  const found = program.resources.find((item) => item.key === key);
  if (found === undefined) throw new Error(`the program declares no ${key}`);
  return found;
}

export function urnOf(program: Program, item: Declared): string {
  const chain = [typeOf(item)];
  for (let at = item.parent; at !== undefined; at = find(program, at).parent) chain.unshift(typeOf(find(program, at)));
  return `urn:pulumi:${STACK}::${PROJECT}::${chain.join("$")}::${item.name}`;
}

/** The explicit provider of a resource: its own, or that of the nearest component above it, as the SDK hands it down. */
export function providerOf(program: Program, item: Declared): string | undefined {
  if (item.provider !== undefined || item.parent === undefined) return item.provider;
  return providerOf(program, find(program, item.parent));
}

export function childrenOf(program: Program, key: string): Declared[] {
  return program.resources.filter((item) => item.parent === key);
}

/** The resource and all that is below it. */
export function familyOf(program: Program, key: string): Declared[] {
  return [find(program, key), ...childrenOf(program, key).flatMap((child) => familyOf(program, child.key))];
}

/** One line for each resource, as in a program. */
export function describe(program: Program): string[] {
  return program.resources.map((item) => {
    const { key, name, kind, aliases, ...rest } = item;
    const entries = Object.entries({ ...rest, aliases: aliases.map((urn) => urn.split("::").slice(2).join("::")) });
    const shown = entries.filter(
      ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    );
    const text = shown.map(([option, value]) => `${option}: ${JSON.stringify(value)}`).join(", ");
    return `  ${key} = new ${kind}("${name}", { ${text} })`;
  });
}
