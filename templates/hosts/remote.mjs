// How scripts of this folder reach the host: FLEET_HOST, `ssh://user@address:port`, and FLEET_SSH_OPTIONS, ssh's options as JSON.
import { resolveEndpoint } from "../../engine/transport/endpoint.mjs";
import { TransportError } from "../../engine/transport/error.mjs";
import { runBySsh } from "../../engine/transport/ssh-command.mjs";
import { sshName } from "../../engine/transport/ssh-errors.mjs";
import { LOADER, LOADER_PATH } from "./loader.mjs";

/** The host that the environment names. */
export function hostOfScript(env = process.env) {
  const sshOpts = env.FLEET_SSH_OPTIONS ? JSON.parse(env.FLEET_SSH_OPTIONS) : [];
  const { ssh } = env.FLEET_HOST ? resolveEndpoint({ host: env.FLEET_HOST, sshOpts }, env) : {};
  if (!ssh) throw new Error(`FLEET_HOST must be ssh://user@address:port, not ${env.FLEET_HOST || "empty"}`);
  return ssh;
}

/**
 * Runs a command of the host's shell, with `stdin` as its standard input; with `asRoot` as root, which needs Python 3 there. Gives its
 * exit code, standard output and standard error.
 *
 * @throws TransportError if the host is not reached, the user may not act as root there, or the command is not through after
 *   `timeoutSeconds` (120)
 */
export function runOnHost(command, { asRoot = false, ...options } = {}) {
  if (!asRoot) return runBySsh(hostOfScript(), process.cwd(), command, options);
  return runProgramOnHost(`import os\nos.execv("/bin/sh", ["sh", "-c", ${JSON.stringify(command)}])\n`, options);
}

/** Runs a Python program on the host as root: it finds `stdin` as its standard input. As {@link runOnHost}. */
export async function runProgramOnHost(program, { stdin = "", ...options } = {}) {
  const host = hostOfScript();
  const input = `${Buffer.byteLength(program)}\n${program}${stdin}`;
  const result = await runBySsh(host, process.cwd(), `sh -c ${quoted(AS_ROOT)}`, { ...options, stdin: input });
  const failure = result.code === 0 ? undefined : notRoot(host, result);
  if (failure) throw failure;
  return result;
}

/** A word that the host's shell takes as it is. */
export function quoted(word) {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Why something of ours failed: its message, and what to do about it. */
export const hostReason = (error) =>
  error.fix ? `${error.message}\n  fix: ${error.fix}` : (error.message ?? String(error));

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
