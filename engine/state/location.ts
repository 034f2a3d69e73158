import { statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { EngineError } from "../errors.js";

/**
 * The folder that a `file://` backend URL names (the state is in `.pulumi` below it). Throws EngineError for other schemes and for a
 * relative folder that does not exist.
 */
export function backendFolder(url: string, cwd: string): string {
  if (!url.startsWith("file://")) {
    const scheme = /^[a-z0-9+.-]+(?=:)/i.exec(url)?.[0] ?? url;
    throw new EngineError(
      `the backend ${hideCredentials(url)}: the hermetic engine keeps state only in files (file://…), not in ${scheme}; with it, it only previews and simulates`,
      "use the real Pulumi engine (--engine pulumi), or set backend.url or PULUMI_BACKEND_URL to a file:// address",
    );
  }
  const path = url.slice("file://".length).replace(/\?[^/]*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(homeOfUser(), path.slice(1));
  if (isAbsolute(path)) return resolve(path);
  const folder = resolve(cwd, path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new EngineError(
    `the backend ${url}: there is no folder ${folder} (a relative address is resolved against the working directory)`,
    "make the folder, or run the command where it exists",
  );
}

/** As Pulumi has it: the user database counts, whatever $HOME says. */
function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

const hideCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, "//***@");
