import { readFile } from "node:fs/promises";

/** What a simulation has to know of a resource type or function. */
export interface TypeFacts {
  /** Inputs whose change replaces the resource. */
  replaces?: string[];
  /** Outputs that are always there, and their types. */
  outputs?: Record<string, OutputKind>;
  /** Outputs that are secret. */
  secrets?: string[];
}
export type OutputKind = "string" | "integer" | "number" | "boolean" | "array" | "object";

export interface PackageFacts {
  name: string;
  /** Of the vendor's package that the facts are of. */
  version?: string;
  resources: Record<string, TypeFacts>;
  functions: Record<string, TypeFacts>;
}

/** The parts of Pulumi's package schema that matter here. https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/ */
export interface PackageSchema {
  name: string;
  version?: string;
  resources?: Record<
    string,
    {
      inputProperties?: Record<string, SchemaProperty>;
      properties?: Record<string, SchemaProperty>;
      required?: string[];
    }
  >;
  functions?: Record<string, { outputs?: { properties?: Record<string, SchemaProperty>; required?: string[] } }>;
}
interface SchemaProperty {
  type?: string;
  $ref?: string;
  oneOf?: SchemaProperty[];
  secret?: boolean;
  willReplaceOnChanges?: boolean;
  replaceOnChanges?: boolean;
}

/** The facts of a package; of one that we have none of, every change is an update and no outputs but the inputs are known. */
export async function loadFacts(pkg: string): Promise<PackageFacts> {
  try {
    return JSON.parse(await readFile(new URL(`./facts/${pkg}.json`, import.meta.url), "utf8")) as PackageFacts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { name: pkg, resources: {}, functions: {} };
    throw error;
  }
}

/** Takes the facts out of a package's schema (`pulumi package get-schema <package>`). */
export function distilFacts(schema: PackageSchema): PackageFacts {
  const resources = Object.entries(schema.resources ?? {}).map(([type, resource]) => [
    type,
    typeFacts(resource.properties, resource.required, resource.inputProperties),
  ]);
  const functions = Object.entries(schema.functions ?? {}).map(([token, { outputs }]) => [
    token,
    typeFacts(outputs?.properties, outputs?.required),
  ]);
  return {
    name: schema.name,
    ...(schema.version ? { version: schema.version } : {}),
    resources: Object.fromEntries(resources),
    functions: Object.fromEntries(functions),
  };
}

function typeFacts(
  properties: Record<string, SchemaProperty> = {},
  required: string[] = [],
  inputs: Record<string, SchemaProperty> = {},
): TypeFacts {
  const named = (all: Record<string, SchemaProperty>, test: (property: SchemaProperty) => boolean | undefined) =>
    Object.keys(all)
      .filter((key) => test(all[key]!))
      .sort();
  const replaces = named(inputs, (property) => property.willReplaceOnChanges || property.replaceOnChanges);
  const secrets = named(properties, (property) => property.secret);
  const outputs = Object.fromEntries([...required].sort().map((key) => [key, kindOf(properties[key])]));
  return {
    ...(replaces.length > 0 ? { replaces } : {}),
    ...(required.length > 0 ? { outputs } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
  };
}

function kindOf(property: SchemaProperty | undefined): OutputKind {
  const type = property?.type ?? (property?.oneOf ? property.oneOf[0]?.type : undefined);
  if (type === "integer" || type === "number" || type === "boolean" || type === "array" || type === "object")
    return type;
  // A reference without a type of its own is an object type, or an enum, which carries one.
  return property?.$ref && type === undefined ? "object" : "string";
}
