import type { CheckFailure } from "../../provider.js";
import { type PropertyMap, Unknown } from "../../values.js";
import type { Fields } from "../shared/fields.js";
import type { LocalResource } from "../shared/local-provider.js";
import { pick, secureSource, shuffled } from "./source.js";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
/** The vendor's set, from the documentation of `overrideSpecial`. */
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const MINIMA = ["minLower", "minUpper", "minNumeric", "minSpecial"] as const;

const fields: Fields = {
  keepers: { type: "map" },
  length: { type: "integer", required: true, min: 1 },
  lower: { type: "boolean", default: true },
  upper: { type: "boolean", default: true },
  numeric: { type: "boolean", default: true },
  number: { type: "boolean", default: true },
  special: { type: "boolean", default: true },
  minLower: { type: "integer", default: 0, min: 0 },
  minUpper: { type: "integer", default: 0, min: 0 },
  minNumeric: { type: "integer", default: 0, min: 0 },
  minSpecial: { type: "integer", default: 0, min: 0 },
  overrideSpecial: { type: "string" },
};

/** `number` is the old name of `numeric`: whichever is given holds for both. */
function normalize(inputs: PropertyMap): PropertyMap {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return { ...inputs, numeric, number: numeric };
}

function validate(inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const minima = MINIMA.map((key) => inputs[key]);
  if ([inputs.length, ...minima].every((value) => typeof value === "number")) {
    const least = minima.reduce<number>((sum, value) => sum + Number(value), 0);
    if (least > Number(inputs.length)) {
      const reason = `must be at least ${least}, the sum of ${MINIMA.join(", ")}, but is ${inputs.length}`;
      failures.push({ property: "length", reason });
    }
  }
  const relevant = [inputs.lower, inputs.upper, inputs.numeric, inputs.special, inputs.overrideSpecial, ...minima];
  if (!relevant.some((value) => value instanceof Unknown) && alphabet(inputs) === "") {
    const needed = Number(inputs.length) > minima.reduce<number>((sum, value) => sum + Number(value), 0);
    if (needed)
      failures.push({ property: "", reason: "set at least one of lower, upper, numeric and special to true" });
  }
  return failures;
}

function specials(inputs: PropertyMap): string {
  return typeof inputs.overrideSpecial === "string" && inputs.overrideSpecial !== "" ? inputs.overrideSpecial : SPECIAL;
}

function alphabet(inputs: PropertyMap): string {
  return [
    inputs.lower ? LOWER : "",
    inputs.upper ? UPPER : "",
    inputs.numeric ? DIGITS : "",
    inputs.special ? specials(inputs) : "",
  ].join("");
}

/** The minima of each kind first, then anything allowed, then shuffled. Length counts characters. */
export function randomString(inputs: PropertyMap): string {
  const kinds: [number, string][] = [
    [Number(inputs.minLower), LOWER],
    [Number(inputs.minUpper), UPPER],
    [Number(inputs.minNumeric), DIGITS],
    [Number(inputs.minSpecial), specials(inputs)],
  ];
  const drawn = kinds.flatMap(([count, letters]) => draw(letters, count));
  const rest = draw(alphabet(inputs), Number(inputs.length) - drawn.length);
  return shuffled(secureSource, [...drawn, ...rest]).join("");
}

function draw(letters: string, count: number): string[] {
  const list = [...letters];
  return Array.from({ length: count }, () => pick(secureSource, list));
}

/** Cost 10 and the `2a` prefix, as the vendor's; bcrypt looks at the first 72 bytes. Loaded late: it is a slow import. */
async function bcryptHash(text: string): Promise<string> {
  const { default: bcrypt } = await import("bcryptjs");
  const salt = (await bcrypt.genSalt(10)).replace(/^\$2b\$/, "$2a$");
  return bcrypt.hash(text, salt);
}

/** What an import takes as given: the string, with every kind allowed. */
function imported(result: string): PropertyMap {
  return { result, length: [...result].length };
}

export const randomStringResource: LocalResource = {
  fields,
  generated: ["result"],
  normalize,
  validate: (inputs) => validate(inputs),
  async create(inputs) {
    const result = randomString(inputs);
    return { id: result, outputs: { result } };
  },
  async import(id) {
    return { id, outputs: imported(id) };
  },
};

/** The id says nothing, "none", since ids are stored and shown in clear. */
export const randomPasswordResource: LocalResource = {
  ...randomStringResource,
  generated: ["bcryptHash", "result"],
  secrets: ["bcryptHash", "result"],
  async create(inputs) {
    const result = randomString(inputs);
    return { id: "none", outputs: { result, bcryptHash: await bcryptHash(result) } };
  },
  async import(id) {
    return { id: "none", outputs: { ...imported(id), bcryptHash: await bcryptHash(id) } };
  },
};
