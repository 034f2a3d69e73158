// What the scripts that mount and unmount a volume share. Both read FLEET_MOUNT, JSON of `volume`, its name at DigitalOcean, and `path`.
import { readFileSync } from "node:fs";
import { writeKnownHosts } from "../../engine/transport/known-hosts.mjs";
import { sshOption } from "../../engine/transport/ssh-errors.mjs";
import { hostOfScript, quoted, runOnHost } from "./remote.mjs";

/** Seconds for containers to stop, and a device to come. */
const LIMIT = 300;

/** Where DigitalOcean's images name a volume's device. */
const deviceOf = (volume) => `/dev/disk/by-id/scsi-0DO_Volume_${volume}`;

/** Runs one of the shell scripts beside this file on the host, as root, with `$device` and `$path` of the volume. */
export async function onVolume(script, env = process.env) {
  knowHost(env);
  const { volume, path, device = deviceOf(volume) } = JSON.parse(env.FLEET_MOUNT);
  const text = readFileSync(new URL(script, import.meta.url), "utf8");
  const variables = { volume, path, device };
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return runOnHost([...set, text].join("\n"), {
    asRoot: true,
    timeoutSeconds: LIMIT,
    onStderr: (said) => process.stderr.write(said),
  });
}

/** FLEET_KNOWN_HOSTS, a JSON list of lines: the host is known by what it was known by when this volume came to it. */
function knowHost(env) {
  const lines = JSON.parse(env.FLEET_KNOWN_HOSTS || "[]");
  const file = sshOption(hostOfScript(env).options, "UserKnownHostsFile");
  if (lines.length > 0 && file) writeKnownHosts(file, lines);
}
