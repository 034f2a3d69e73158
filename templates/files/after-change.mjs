import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MILLISECONDS = 500;
/** A program that watches its files has seen a change by then. */
const NOTICE_MILLISECONDS = 3_000;

/**
 * Makes a running container take up its changed files. One that does not exist or does not run reads them when it starts.
 * Gives what was done, in lines; fails if the container refuses the files or does not come up with them.
 */
export async function afterChange(docker, { container: name, program, afterwards, labels }) {
  if (afterwards.do === "nothing") return [];
  const container = docker.getContainer(name);
  const state = await container.inspect().catch((error) => {
    if (error.statusCode === 404) return undefined;
    throw error;
  });
  if (!state?.State.Running) return [];
  // Somebody else's container of that name is not ours to touch: making ours will fail, and say so.
  if (Object.entries(labels).some(([key, value]) => state.Config.Labels?.[key] !== value)) return [];

  if (program !== undefined && state.Config.Cmd?.[0] !== program) return [];

  switch (afterwards.do) {
    case "await":
      await sleep(NOTICE_MILLISECONDS);
      await untilSucceeds(docker, container, name, afterwards);
      return ["taken up"];
    case "signal":
      await container.kill({ signal: afterwards.signal });
      return [`signalled: ${afterwards.signal}`];
    case "exec":
      await run(docker, container, afterwards.command);
      return ["reloaded"];
    case "restart":
      await container.restart();
      await untilHealthy(container, name, afterwards.waitSeconds);
      return ["restarted"];
    default:
      throw new Error(`unknown step after a change: ${afterwards.do}`);
  }
}

async function run(docker, container, command) {
  const { status, said } = await exec(docker, container, command);
  if (status !== 0) throw new Error(`${command.join(" ")} ended with status ${status}: ${said.split("\n").at(-1)}`);
}

async function exec(docker, container, command) {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on("end", () => output.end());
  const said = (await text(output)).trim();
  return { status: (await exec.inspect()).ExitCode, said };
}

async function untilSucceeds(docker, container, name, { command, waitSeconds }) {
  const end = Date.now() + waitSeconds * 1000;
  for (;;) {
    // While it restarts, a container cannot be asked at all.
    const answer = await exec(docker, container, command).catch((error) => ({ status: -1, error }));
    if (answer.status === 0) return;
    if (answer.error && ![404, 409, 500].includes(answer.error.statusCode)) throw answer.error;
    if (Date.now() > end) {
      throw new Error(
        `container ${name} is not ready ${Math.round(waitSeconds)} s after its files changed; see its log`,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function untilHealthy(container, name, seconds) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await container.inspect();
    // Without a health check there is nothing to wait for.
    if (state.Running && (!state.Health || state.Health.Status === "healthy")) return;
    if (state.Health?.Status === "unhealthy" || Date.now() > end) {
      throw new Error(
        `container ${name} is not healthy ${Math.round(seconds)} s after its restart with changed files; see its log`,
      );
    }
    await sleep(POLL_MILLISECONDS);
  }
}
