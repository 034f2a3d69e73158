import type { PropertyValue } from "../../values.js";
import type { Field, Fields } from "../shared/fields.js";

/** C strings end at one. */
function noNul(value: PropertyValue): string | undefined {
  const texts = typeof value === "string" ? [value] : Object.values(value as Record<string, PropertyValue>);
  const found = texts.some((item) => typeof item === "string" && item.includes("\0"));
  return found ? "holds a NUL character, which no command can take" : undefined;
}

const text: Field = { type: "string", validate: noNul };

const shared: Fields = {
  addPreviousOutputInEnv: { type: "boolean" },
  archivePaths: { type: "strings" },
  assetPaths: { type: "strings" },
  dir: text,
  environment: {
    type: "map",
    validate(value) {
      const bad = Object.keys(value as object).find((name) => name === "" || name.includes("="));
      return bad === undefined ? noNul(value) : `${JSON.stringify(bad)} is no name of an environment variable`;
    },
  },
  interpreter: { type: "strings", validate: noNul },
  logging: { type: "string", oneOf: ["stdout", "stderr", "stdoutAndStderr", "none"] },
  stdin: { type: "string" },
};

/** Inputs of `command:local:Command`. */
export const commandFields: Fields = {
  ...shared,
  create: text,
  update: text,
  delete: text,
  triggers: { type: "list" },
};

/** Arguments of `command:local:run`. */
export const runFields: Fields = { ...shared, command: { ...text, required: true } };
