import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MILLISECONDS = 500;

/**
 * Makes a running container take up its changed files. One that does not exist or does not run reads them when it starts.
 * Gives what was done, in lines; fails if the container refuses the files or does not come up with them.
 */
export async function afterChange(docker, { container: name, afterwards, labels }) {
  if (afterwards.do === "nothing") return [];
  const container = docker.getContainer(name);
  const state = await container.inspect().catch((error) => {
    if (error.statusCode === 404) return undefined;
    throw error;
  });
  if (!state?.State.Running) return [];
  // Somebody else's container of that name is not ours to touch: making ours will fail, and say so.
  if (Object.entries(labels).some(([key, value]) => state.Config.Labels?.[key] !== value)) return [];

  switch (afterwards.do) {
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
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.on("end", () => output.end());
  const said = (await text(output)).trim();
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) throw new Error(`${command.join(" ")} ended with status ${ExitCode}: ${said.split("\n").at(-1)}`);
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
