import { readdirSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Loads the module of that name from a folder of modules that share an interface: a new one is a new file and nothing else.
 * What no stack entry names is never loaded, and neither are the provider SDKs that it imports.
 *
 * @param from `import.meta.url` of the module whose folder `folder` is in.
 * @throws if the folder has no such module, naming those it has.
 */
export async function loadKind<T>(from: string, folder: string, name: string): Promise<T> {
  // Sources while developing, or what was compiled from them.
  const extension = extname(new URL(from).pathname);
  const base = new URL(`${folder}/`, from);
  const known = readdirSync(fileURLToPath(base))
    .filter((file) => extname(file) === extension && !file.endsWith(".d.ts"))
    .map((file) => file.slice(0, -extension.length));
  if (!known.includes(name)) throw new Error(`${folder} has no ${name}, only ${known.sort().join(", ")}`);
  const module = (await import(/* @vite-ignore */ new URL(name + extension, base).href)) as { default: T };
  return module.default;
}
