import { createRequire } from "node:module";

// Node's own: a bundle that V8 has compiled has none.
const { nativeImport } = createRequire(import.meta.url)("../engine/in-process/native-import.cjs") as {
  nativeImport: (specifier: "tsx/esm/api") => Promise<typeof import("tsx/esm/api")>;
};

/** Set by bootstrap.mjs where the command line itself runs from its TypeScript sources. */
const FROM_SOURCES = Symbol.for("agent-fleet.typescript");

let registered: Promise<void> | undefined;

/** Lets this process import TypeScript modules, as `node --import tsx` does. */
export function loadTypeScript(): Promise<void> {
  registered ??= register();
  return registered;
}

async function register(): Promise<void> {
  if (FROM_SOURCES in globalThis) return;
  const tsx = await nativeImport("tsx/esm/api");
  tsx.register();
}
