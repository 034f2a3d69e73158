// Mounts a volume on its host: `node mount.mjs`, see volume.mjs. Can be run again: what is right already is left alone.
import { hostReason } from "./remote.mjs";
import { onVolume } from "./volume.mjs";

async function main() {
  const { code, stdout, stderr } = await onVolume("mount.sh");
  if (code !== 0) throw new Error(stderr.trim().split("\n").at(-1) || `it ended with status ${code}`);
  process.stdout.write(stdout);
}

main().catch((error) => {
  console.error(`Volume not mounted: ${hostReason(error)}`);
  process.exitCode = 1;
});
