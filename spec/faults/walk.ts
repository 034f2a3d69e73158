import { z } from "zod";
import type { Path } from "../fleet.js";

/** A schema without what only wraps it: defaults, optional marks, transforms. Its input is what remains. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  for (;;) {
    if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodDefault ||
      current instanceof z.ZodPrefault ||
      current instanceof z.ZodNullable
    ) {
      current = current.def.innerType;
    } else if (current instanceof z.ZodPipe) {
      current = current.def.in;
    } else {
      return current;
    }
  }
}

/** The schemas that a value may have to meet: the options of a union, narrowed by its discriminator. Without a value, all. */
export function optionsFor(schema: z.core.$ZodType, ...given: [value?: unknown]): z.core.$ZodType[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodDiscriminatedUnion) {
    const key = inner.def.discriminator;
    if (given.length === 0) return inner.def.options.map(unwrap);
    const word = isRecord(given[0]) ? given[0][key] : undefined;
    // An option whose word may be left out is the one of an entry without it.
    return inner.def.options
      .map(unwrap)
      .filter((option) => option instanceof z.ZodObject && z.safeParse(option.shape[key], word).success);
  }
  return inner instanceof z.ZodUnion ? inner.def.options.flatMap((option) => optionsFor(option, ...given)) : [inner];
}

/** The keys that an object at `path` may have, by the schema of the whole. */
export function keysAt(schema: z.core.$ZodType, input: unknown, path: Path): string[] {
  let schemas = optionsFor(schema, input);
  let value = input;
  for (const key of path) {
    value = isRecord(value) ? value[key] : undefined;
    schemas = schemas.flatMap((inner) => childOf(inner, key)).flatMap((child) => optionsFor(child, value));
  }
  return schemas.flatMap((inner) => (inner instanceof z.ZodObject ? Object.keys(inner.shape) : []));
}

/** Where a key belongs to another option of a discriminated union: that option's word, such as the other runtime's name. */
export function otherOptionWith(
  schema: z.core.$ZodType,
  key: string,
): { discriminator: string; word: string } | undefined {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return undefined;
  const { discriminator } = inner.def;
  const option = inner.def.options
    .map(unwrap)
    .find((each) => each instanceof z.ZodObject && Object.hasOwn(each.shape, key));
  return option && { discriminator, word: wordOf(option, discriminator) };
}

/** The word that tells an option of a discriminated union from the others. */
export function wordOf(option: z.core.$ZodType, discriminator: string): string {
  const literal = option instanceof z.ZodObject ? unwrap(option.shape[discriminator]) : undefined;
  return literal instanceof z.ZodLiteral ? String(literal.value) : "";
}

function childOf(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? [schema.shape[key]] : [];
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  if (schema instanceof z.ZodArray) return [schema.def.element];
  return [];
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
