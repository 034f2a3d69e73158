import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What GitHub draws with. It has a hundred packages and 85 MB: whoever runs a fleet does without. */
const VERSION = "11.17.2";

/** Takes Mermaid from the registry into a new folder. Gives the one file that a page needs of it. */
export function fetchMermaid(): string {
  const folder = mkdtempSync(join(tmpdir(), "fleet-mermaid-"));
  execFileSync("npm", ["pack", `mermaid@${VERSION}`, "--silent", "--pack-destination", folder], { stdio: "pipe" });
  execFileSync("tar", ["-xzf", `mermaid-${VERSION}.tgz`, "package/dist/mermaid.min.js"], { cwd: folder });
  return join(folder, "package/dist/mermaid.min.js");
}
