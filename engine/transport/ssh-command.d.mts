import type { SshTarget } from "./endpoint.mjs";

export interface SshCommandOptions {
  /** What the command reads from standard input. */
  stdin?: string;
  /** Seconds until the command is given up, once there is a connection. Default: 120. */
  timeoutSeconds?: number;
  /** Called with what the command says on standard error, as it comes. */
  onStderr?: (text: string) => void;
}

export interface SshCommandResult {
  /** Exit code of the command on the host. */
  code: number;
  stdout: string;
  /** The last 64 KiB. */
  stderr: string;
}

/**
 * Runs a command of a host's shell by ssh, over the connection that is shared where the options say so. A command that fails is
 * a result; that the host was not reached, or the command took too long, is an error.
 *
 * @param folder where ssh runs: the relative paths of its options begin there
 * @throws TransportError, with the code `ELATE` for a command that took too long
 */
export declare function runBySsh(
  target: SshTarget,
  folder: string,
  command: string,
  options?: SshCommandOptions,
): Promise<SshCommandResult>;
