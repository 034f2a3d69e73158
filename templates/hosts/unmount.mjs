// Unmounts a volume from its host before it is detached: `node unmount.mjs`, see volume.mjs. A host that is gone holds nothing any
// more; that it is gone is only believed after a while.
import { setTimeout as sleep } from "node:timers/promises";
import { hostReason } from "./remote.mjs";
import { onVolume } from "./volume.mjs";

const LIMIT_SECONDS = Number(process.env.FLEET_GONE_AFTER_SECONDS ?? 90);
const PAUSE_MILLISECONDS = 5_000;

/** The host answered, and does not let us: it is there, and so may be writing. */
const REFUSED =
  /takes none of this user's|another host key|host key of .* is not known|may not act as root|no ssh program|no sudo|no python3/;

async function main() {
  const begin = Date.now();
  const passed = () => Math.round((Date.now() - begin) / 1000);
  for (;;) {
    try {
      const { code, stderr } = await onVolume("unmount.sh");
      if (code === 0) return;
      throw new Error(stderr.trim().split("\n").at(-1) || `it ended with status ${code}`);
    } catch (error) {
      if (error.code !== "ESSH" || REFUSED.test(error.message)) throw error;
      if (passed() >= LIMIT_SECONDS) {
        console.error(
          `${error.message}, for ${passed()} s now: the host is taken to be gone, and its volume is detached as it is`,
        );
        return;
      }
      console.error(`${error.message}; the volume there is to be unmounted, ${passed()} s of ${LIMIT_SECONDS}`);
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}

main().catch((error) => {
  console.error(
    `Volume not unmounted: ${hostReason(error)}\n  Detached now it may lose what is being written. Unmount it by hand, or switch the host off, and run this again.`,
  );
  process.exitCode = 1;
});
