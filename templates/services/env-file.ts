/** What a quoted value may not hold, so that a shell and dotenv, which also expands variables, read the same. */
const UNSAFE = /['"`$\\\n\r\0]/;

/** Names of variables whose value has a character that an {@link envFile} cannot hold. */
export function unsafeInEnvFile(values: Record<string, string>): string[] {
  return Object.keys(values).filter((name) => UNSAFE.test(values[name]!));
}

/** Variables as a file that a shell may source and that dotenv reads, in a fixed order. */
export function envFile(values: Record<string, string>): string {
  const lines = Object.keys(values)
    .sort()
    .map((name) => `${name}='${values[name]}'\n`);
  return lines.join("");
}
