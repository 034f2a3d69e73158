// The one way in which scripts reach a host itself, as templates/containers/connect.mjs is that to its Docker daemon.
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { resolveEndpoint } from "../../engine/transport/endpoint.mjs";
import { TransportError } from "../../engine/transport/error.mjs";
import { sshMissing, sshName } from "../../engine/transport/ssh-errors.mjs";
import { SshLink } from "../../engine/transport/ssh-link.mjs";
import { LOADER, LOADER_PATH } from "./loader.mjs";

/** Milliseconds in which what a command said last is read. */
const LAST_WORDS = 50;

/** Exit codes of {@link AS_ROOT}, before anything has run as root. */
const NO_SUDO = 97;
const NO_PYTHON = 98;

/** Starts the loader as root. The one that the baseline has put there is all that sudo lets the deploying user run. */
const AS_ROOT = [
  `command -v python3 >/dev/null || exit ${NO_PYTHON}`,
  `[ "$(id -u)" != 0 ] || exec python3 -I -c ${quoted(LOADER)}`,
  `command -v sudo >/dev/null || exit ${NO_SUDO}`,
  `[ ! -x ${LOADER_PATH} ] || exec sudo -n ${LOADER_PATH}`,
  `exec sudo -n python3 -I -c ${quoted(LOADER)}`,
].join("\n");

/** Runs a command of the host's shell, by ssh. */
export async function runOnHost(command, { asRoot = false, ...options } = {}) {
  if (!asRoot) return overSsh(command, options);
  return runProgramOnHost(`import os\nos.execv("/bin/sh", ["sh", "-c", ${JSON.stringify(command)}])\n`, options);
}

/** Runs a Python program on the host as root. */
export async function runProgramOnHost(program, { stdin = "", env = process.env, ...options } = {}) {
  const host = hostOfScript(env);
  const input = `${Buffer.byteLength(program)}\n${program}${stdin}`;
  const result = await overSsh(`sh -c ${quoted(AS_ROOT)}`, { ...options, env, stdin: input });
  const failure = result.code === 0 ? undefined : notRoot(host, result);
  if (failure) throw failure;
  return result;
}

/** The host that a script's environment names. */
export function hostOfScript(env = process.env) {
  const options = env.FLEET_SSH_OPTIONS ? JSON.parse(env.FLEET_SSH_OPTIONS) : [];
  const endpoint = env.FLEET_HOST ? resolveEndpoint({ host: env.FLEET_HOST, sshOpts: options }, env) : undefined;
  if (endpoint?.ssh) return endpoint.ssh;
  throw new TransportError(
    `FLEET_HOST is ${env.FLEET_HOST ? `"${env.FLEET_HOST}", which is no address for ssh` : "not set"}`,
    "give it as ssh://<user>@<host>, with FLEET_SSH_OPTIONS as the stack has them",
  );
}

async function overSsh(command, { stdin = "", timeoutSeconds = 60, env = process.env }) {
  const host = hostOfScript(env);
  const link = new SshLink(host, process.cwd());
  const end = stopWhenStopped(link);
  try {
    await link.ready();
    const child = link.start(command);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill("SIGKILL");
    }, timeoutSeconds * 1000);
    try {
      const result = await outcome(child, stdin);
      if (isLate) throw tooLate(host, timeoutSeconds);
      // 255 is ssh's own.
      if (result.code === 255 || result.code === null) throw link.failure(result.stderr, result.code, "true");
      return result;
    } finally {
      clearTimeout(timer);
    }
  } finally {
    end();
    link.close();
  }
}

async function outcome(child, stdin) {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  // A command need not read what it is given.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const closed = (stream) => new Promise((done) => stream.once("close", done));
  const ends = [closed(child.stdout), closed(child.stderr)];
  const [code] = await once(child, "exit").catch((error) => {
    throw sshMissing(error);
  });
  // A shared connection that it left in the background may hold standard error open.
  await Promise.race([ends[0], sleep(LAST_WORDS * 20)]);
  await Promise.race([ends[1], sleep(LAST_WORDS)]);
  return { code, stdout, stderr };
}

/** What sudo said, or what there is not, where nothing has run as root. */
function notRoot(host, { code, stdout, stderr }) {
  const at = sshName(host);
  const user = host.user ?? "the user";
  if (code === NO_PYTHON) {
    return new TransportError(`there is no python3 on ${at}`, "install it there: apt-get install python3");
  }
  if (code === NO_SUDO) {
    return new TransportError(
      `there is no sudo on ${at}, and ${user} is not root`,
      "install sudo there, or let root log in until the baseline is there",
    );
  }
  const said = /^sudo: (.+)$|^(.*(?:not allowed to execute|not in the sudoers file|may not run sudo).*)$/m.exec(stderr);
  if (stdout !== "" || !said) return undefined;
  return new TransportError(
    `${user} may not act as root on ${at}: ${(said[1] ?? said[2]).trim()}`,
    `let ${user} run sudo without a password there, or ${LOADER_PATH}, which a baseline of the machine puts there`,
  );
}

const tooLate = (host, seconds) =>
  new TransportError(
    `what was begun on ${sshName(host)} has not ended within ${seconds} s`,
    "see there what it waits for; what it has begun may go on",
  );

/** Who stops this script stops its ssh. */
function stopWhenStopped(link) {
  const stops = [
    ["SIGTERM", 15],
    ["SIGINT", 2],
  ].map(([signal, number]) => {
    const stop = () => {
      link.close();
      process.exit(128 + number);
    };
    process.once(signal, stop);
    return () => process.off(signal, stop);
  });
  return () => {
    for (const off of stops) off();
  };
}

function quoted(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
