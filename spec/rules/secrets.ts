import { didYouMean } from "../faults/suggest.js";
import type { Path } from "../fleet.js";
import { SECRET_NAME, show } from "../schema/fields.js";
import { secretUses } from "../secrets.js";
import type { Report } from "./rule.js";

type Raw = Record<string, unknown>;
const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** A value that Pulumi encrypted: `{ secure: … }`. */
export const isSecure = (value: unknown): value is { secure: string } =>
  isRaw(value) && Object.keys(value).length === 1 && typeof value.secure === "string";

/** Secrets by themselves, and every reference to one. Messages never show a value. */
export function checkSecrets(stack: string, raw: Raw, secretNames: string[], report: Report): void {
  const section = isRaw(raw.secrets) ? raw.secrets : {};
  for (const [name, value] of Object.entries(section)) {
    const path = ["secrets", name];
    if (name === "secure") {
      report({
        path: ["secrets"],
        message: "each secret is encrypted by itself: write <name>: { secure: … } below fleet:secrets",
      });
    } else if (!SECRET_NAME.test(name)) {
      report({
        path,
        at: "key",
        message: "a secret's name must be a letter, then letters, digits, hyphens, dots and underscores, 64 at most",
      });
    } else if (isRaw(value) && Object.hasOwn(value, "secure") && !isSecure(value)) {
      report({ path, message: `secure must be the encrypted text: run ./fleet secret set ${stack} ${name}` });
    } else if (value === "") {
      report({ path, message: `has no value: run ./fleet secret set ${stack} ${name}` });
    } else if (value !== null && typeof value !== "string" && !isSecure(value)) {
      report({ path, message: `must be one encrypted value: run ./fleet secret set ${stack} ${name}` });
    }
  }
  for (const { secret, path } of secretUses(raw)) {
    if (secretNames.includes(secret)) continue;
    report({
      path: [...path, "secret"],
      message: `secrets has no entry ${show(secret)}${SECRET_NAME.test(secret) ? `: run ./fleet secret set ${stack} ${secret}` : ""}`,
      suggestion: didYouMean(secret, secretNames),
    });
  }
}

/** Secrets that are declared, `name:` with nothing behind it, and wait for their values. */
export function unsetSecrets(raw: Raw): string[] {
  const section = isRaw(raw.secrets) ? raw.secrets : {};
  return Object.keys(section).filter((name) => section[name] === null);
}

/** Every encrypted value that stands outside `fleet:secrets`. */
export function misplacedSecure(raw: Raw): Path[] {
  const found: Path[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (isSecure(value)) found.push(path);
    else if (Array.isArray(value))
      value.forEach((item, index) => {
        visit(item, [...path, index]);
      });
    else if (isRaw(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  for (const [section, value] of Object.entries(raw)) if (section !== "secrets") visit(value, [section]);
  return found;
}
