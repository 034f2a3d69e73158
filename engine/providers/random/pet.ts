import type { LocalResource } from "../shared/local-provider.js";
import { ADJECTIVES, ADVERBS, ANIMALS } from "./pet-words.js";
import { pick, secureSource } from "./source.js";

/** `[<prefix>-][<adverb>-…]<adjective>-<animal>`: as many words as asked for, the last one an animal. */
export function petName(words: number, separator: string, prefix: string): string {
  const lists = [
    ...Array.from({ length: Math.max(0, words - 2) }, () => ADVERBS),
    ...(words > 1 ? [ADJECTIVES] : []),
    ANIMALS,
  ];
  const name = lists.map((list) => pick(secureSource, list));
  return [...(prefix === "" ? [] : [prefix]), ...name].join(separator);
}

export const randomPetResource: LocalResource = {
  fields: {
    keepers: { type: "map" },
    length: { type: "integer", default: 2, min: 1 },
    prefix: { type: "string" },
    separator: { type: "string", default: "-" },
  },
  generated: [],
  async create(inputs) {
    const id = petName(Number(inputs.length), String(inputs.separator), String(inputs.prefix ?? ""));
    return { id, outputs: {} };
  },
};
