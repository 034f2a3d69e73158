import type { SshTarget } from "../../engine/transport/endpoint.mjs";

export interface RemoteOptions {
  /** What the command reads from standard input. Default: nothing. */
  stdin?: string;
  /** Default: 60. The connection itself is bounded besides, by the options of ssh. */
  timeoutSeconds?: number;
  /** Runs as root: as the user that logs in where that is root, else by sudo, which must ask for no password. Needs Python 3 there. */
  asRoot?: boolean;
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
}

export interface RemoteResult {
  /** Exit code of the command. */
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command of the host's shell, by ssh. It may be seen in the host's list of processes: secrets belong into `stdin`.
 *
 * @throws TransportError if the host is not reached, cannot do so as root, or the command does not end in time. That it fails is no
 *   error: see `code`
 */
export declare function runOnHost(command: string, options?: RemoteOptions): Promise<RemoteResult>;

/** Runs a Python program on the host as root: it finds `stdin` as its standard input. See {@link runOnHost}. */
export declare function runProgramOnHost(
  program: string,
  options?: Omit<RemoteOptions, "asRoot">,
): Promise<RemoteResult>;

/** The host that a script's environment names. @throws TransportError for none */
export declare function hostOfScript(env?: NodeJS.ProcessEnv): SshTarget;
