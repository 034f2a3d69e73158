// Delivers files into Docker volumes: `node put.mjs` with a Bundle (bundle.ts) as JSON on standard input, so that secrets
// stand on no command line and in no environment. The daemon may be remote and the caller need not be root: files travel
// through the archive endpoint of a container that is made from the agent's own image and never started.
//
// Can be stopped at any moment and run again: what is already right is left alone, and the step after a change (restart,
// reload) is owed until it has been carried out, since only then is the change recorded.
import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../containers/connect.mjs";
import { dockerReason } from "../containers/docker-error.mjs";
import { afterChange } from "./after-change.mjs";
import { check } from "./check.mjs";
import { Volume } from "./volume.mjs";

async function main() {
  const bundle = JSON.parse(await text(process.stdin));
  const { docker } = connect();
  // Of a run that was killed at once.
  await removeTemporary(docker, bundle, ["created", "exited"]);
  cleanUpWhenStopped(docker, bundle);

  const done = [];
  const mirrors = [];
  for (const spec of bundle.volumes) {
    const volume = await Volume.open(docker, bundle, spec);
    try {
      if (spec.policy === "offer") {
        done.push(...(await offer(volume)));
      } else {
        done.push(...(await volume.mirror([RECORD], () => check(docker, bundle, spec))));
        const applied = hashOf(unwatched(spec.files, bundle.afterwards).sort(([a], [b]) => (a < b ? -1 : 1)));
        if (applied !== (await readRecord(volume)).applied) mirrors.push({ spec, applied });
      }
    } finally {
      await volume.close();
    }
  }

  if (mirrors.length > 0) {
    done.push(...(await afterChange(docker, bundle)));
    for (const { spec, applied } of mirrors) {
      const volume = await Volume.open(docker, bundle, spec);
      await writeRecord(volume, { applied }).finally(() => volume.close());
    }
  }
  console.log(done.join("\n") || "unchanged");
}

/** The files that the program takes up no change of by itself. */
const unwatched = (files, { watched }) =>
  Object.entries(files).filter(([path]) => watched === undefined || !path.startsWith(`${watched}/`));

/** Writes the files whose text is not the one delivered last, or that are missing. */
async function offer(volume) {
  await volume.adopt();
  const { files } = volume.spec;
  const { delivered = {} } = await readRecord(volume);
  const due = [];
  for (const [path, file] of Object.entries(files)) {
    if (delivered[path] !== hashOf(file.text) || !(await volume.read(path))) due.push([path, file]);
  }
  if (due.length > 0) await volume.write(Object.fromEntries(due));
  const next = Object.fromEntries(Object.entries(files).map(([path, file]) => [path, hashOf(file.text)]));
  if (hashOf(next) !== hashOf(delivered)) await writeRecord(volume, { delivered: next });
  return due.map(([path]) => `written: ${path}`);
}

/**
 * What was delivered and taken up, as hashes, in the volume itself. Root's, but in a folder of the container's user: who
 * changes it there only brings delivery of its own files about.
 */
const RECORD = ".fleet.json";

async function readRecord(volume) {
  try {
    return JSON.parse((await volume.read(RECORD))?.text ?? "{}") ?? {};
  } catch {
    return {};
  }
}

const writeRecord = (volume, record) =>
  volume.write({ [RECORD]: { text: JSON.stringify(record), mode: "0600" } }, { uid: 0, gid: 0 });

const hashOf = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/**
 * Removes the containers through which files are read, written and checked: they keep their volumes in use. Those in one of the
 * states, or all; those that are gone a moment later anyway are waited for.
 */
async function removeTemporary(docker, bundle, status) {
  const label = [...Object.entries(bundle.labels), ["fleet.temporary", bundle.container]].map(([k, v]) => `${k}=${v}`);
  for (let tries = 0; tries < 20; tries++) {
    const found = await docker.listContainers({ all: true, filters: { label, ...(status && { status }) } });
    if (found.length === 0) return;
    const removals = found.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }));
    await Promise.allSettled(removals);
    if (tries > 0) await sleep(100);
  }
}

/** Whoever stops us, or dies while we run, leaves nothing of ours behind. */
function cleanUpWhenStopped(docker, bundle) {
  for (const [signal, number] of [
    ["SIGTERM", 15],
    ["SIGINT", 2],
  ]) {
    process.once(signal, () => removeTemporary(docker, bundle).finally(() => process.exit(128 + number)));
  }
}

main().catch((error) => {
  console.error(`Files not delivered: ${dockerReason(error)}`);
  process.exitCode = 1;
});
