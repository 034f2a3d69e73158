// How scripts of this folder reach the host: FLEET_HOST, `ssh://user@address:port`, and FLEET_SSH_OPTIONS, ssh's options as JSON.
import { resolveEndpoint } from "../../engine/transport/endpoint.mjs";
import { runBySsh } from "../../engine/transport/ssh-command.mjs";

/** The host that the environment names. */
export function hostOfScript(env = process.env) {
  const sshOpts = env.FLEET_SSH_OPTIONS ? JSON.parse(env.FLEET_SSH_OPTIONS) : [];
  const { ssh } = resolveEndpoint({ host: env.FLEET_HOST, sshOpts }, env);
  if (!ssh) throw new Error(`FLEET_HOST must be ssh://user@address:port, not ${env.FLEET_HOST}`);
  return ssh;
}

/**
 * Runs a command of the host's shell, with `stdin` as its standard input. Gives its exit code, standard output and standard error.
 *
 * @throws TransportError if the host is not reached, or the command is not through after `timeoutSeconds` (120)
 */
export const runOnHost = (command, options = {}) => runBySsh(hostOfScript(), process.cwd(), command, options);

/** A word that the host's shell takes as it is. */
export const quoted = (word) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Why something of ours failed: its message, and what to do about it. */
export const hostReason = (error) =>
  error.fix ? `${error.message}\n  fix: ${error.fix}` : (error.message ?? String(error));
