import type { Command } from "commander";
import { ask } from "../docker.js";
import { FleetError } from "../errors.js";
import { findContainer } from "../fleet-state.js";
import { action } from "../verb.js";

export function define(command: Command): void {
  command
    .summary("run a command in an agent's container")
    .description(
      "Runs a command in an agent's or a proxy's container and ends with its exit code. Without one: a shell.",
    )
    .argument("<stack>")
    .argument("<agent>", "an agent or a proxy")
    .argument("[command...]", "behind `--`, as in: ./fleet exec local ada -- openclaw status")
    .passThroughOptions();
  action(command, exec);
}

async function exec(stack: string, agent: string, [first, ...others]: string[]): Promise<number> {
  const words = first === undefined ? [] : first === "--" ? others : [first, ...others];
  const { daemon, id } = await findContainer(stack, agent);
  const isTerminal = Boolean(process.stdin.isTTY && process.stdout.isTTY);
  return ask(daemon, `running a command in ${agent}`, async (api) => {
    const running = await api
      .getContainer(id)
      .exec({
        Cmd: words.length > 0 ? words : ["sh"],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
        Tty: isTerminal,
        ...(isTerminal && process.env.TERM ? { Env: [`TERM=${process.env.TERM}`] } : {}),
      })
      .catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 409) throw error;
        throw new FleetError(`${agent} is not running`, `see why: ./fleet logs ${stack} ${agent} --tail 50`, 1);
      });
    const stream = await running.start({ hijack: true, stdin: true, Tty: isTerminal });
    const ended = new Promise<void>((resolve) => {
      stream.once("end", resolve);
      stream.once("close", resolve);
    });
    if (isTerminal) {
      stream.pipe(process.stdout, { end: false });
      const resize = () => running.resize({ h: process.stdout.rows, w: process.stdout.columns }).catch(() => {});
      await resize();
      process.stdout.on("resize", resize);
      process.stdin.setRawMode(true);
    } else {
      api.modem.demuxStream(stream, process.stdout, process.stderr);
    }
    process.stdin.pipe(stream);
    try {
      await ended;
    } finally {
      process.stdin.unpipe(stream);
      process.stdin.pause();
      if (isTerminal) process.stdin.setRawMode(false);
    }
    const { ExitCode } = await running.inspect();
    return ExitCode ?? 1;
  });
}
