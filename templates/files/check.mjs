import { posix } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import tar from "tar-stream";

/** A check that takes longer hangs. */
const LIMIT_MILLISECONDS = 120_000;

/** Lets a program of the image read new files, in a container of its own without network. Fails with what it says against them. */
export async function check(docker, bundle, spec) {
  if (!bundle.check) return;
  const { command, env, folder } = bundle.check;
  const container = await docker.createContainer({
    Image: bundle.image,
    Entrypoint: command,
    Cmd: [],
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ...(spec.owner !== undefined && { User: spec.owner }),
    Labels: { ...bundle.labels, "fleet.temporary": bundle.container },
    HostConfig: { NetworkMode: "none", CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"], Init: true },
  });
  let hangs = false;
  const limit = setTimeout(() => {
    hangs = true;
    container.kill().catch(() => {});
  }, LIMIT_MILLISECONDS);
  try {
    await container.putArchive(archive(folder, spec), { path: "/" });
    await container.start();
    const { StatusCode } = await container.wait();
    if (StatusCode === 0) return;
    if (hangs) throw new Error(`${command.join(" ")} has not ended within ${LIMIT_MILLISECONDS / 1000} s`);
    throw new Error(`${command.join(" ")} refuses them:\n${reasons(await output(docker, container))}`);
  } finally {
    clearTimeout(limit);
    await container.remove({ force: true, v: true });
  }
}

/** Readable by whoever the image's user is: the container is gone in a moment, and nobody else looks into it. */
function archive(folder, spec) {
  const pack = tar.pack();
  for (const [path, file] of Object.entries(spec.files)) {
    pack.entry({ name: posix.join(folder, path).slice(1), mode: 0o444 }, file.text);
  }
  pack.finalize();
  return pack;
}

async function output(docker, container) {
  const said = new PassThrough();
  docker.modem.demuxStream(
    await container.logs({ follow: true, stdout: true, stderr: true }).then(ending(said)),
    said,
    said,
  );
  return text(said);
}

const ending = (target) => (stream) => stream.on("end", () => target.end());

/** OpenClaw prints `{ issues: [{ path, message }] }`; anything else is given by its last lines. */
function reasons(said) {
  try {
    const { issues } = JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1));
    return issues.map(({ path, message }) => `  ${path || "(root)"}: ${message}`).join("\n");
  } catch {
    return said
      .trim()
      .split("\n")
      .slice(-5)
      .map((line) => `  ${line}`)
      .join("\n");
  }
}
