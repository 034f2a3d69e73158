import { setTimeout as sleep } from "node:timers/promises";
import { TransportError } from "./error.mjs";
import { sshMissing, sshName } from "./ssh-errors.mjs";
import { SshLink } from "./ssh-link.mjs";

/** ssh's own exit code: anything else is the command's. */
const SSH_FAILED = 255;
/** Milliseconds in which what it said last is read: a shared connection that it left in the background may hold standard error open. */
const LAST_WORDS = 50;

export async function runBySsh(target, folder, command, { stdin = "", timeoutSeconds = 120, onStderr } = {}) {
  const link = new SshLink(target, folder);
  try {
    await link.ready();
    const { code, stdout, stderr, isLate } = await run(link, command, stdin, timeoutSeconds * 1000, onStderr);
    if (isLate) {
      throw new TransportError(
        `${sshName(target)} was not through with a command within ${timeoutSeconds} s`,
        "see by hand, over ssh, what keeps the host busy",
        "ELATE",
      );
    }
    if (code === SSH_FAILED || code === null) throw link.failure(stderr, code, "true");
    return { code, stdout, stderr };
  } finally {
    link.close();
  }
}

function run(link, command, stdin, limit, onStderr) {
  return new Promise((done, fail) => {
    const child = link.start(command);
    let stdout = "";
    let stderr = "";
    let isLate = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr = (stderr + text).slice(-65_536);
      onStderr?.(text);
    });
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, limit);
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(sshMissing(error));
    });
    child.once("exit", async (code) => {
      clearTimeout(timer);
      if (!isLate && !child.stdout.closed)
        await Promise.race([new Promise((end) => child.stdout.once("close", end)), sleep(2_000)]);
      if (!child.stderr.closed) await sleep(LAST_WORDS);
      child.stderr.destroy();
      done({ code, stdout, stderr, isLate });
    });
    // A command that does not read all of it says by its exit code what it thinks of that.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
  });
}
