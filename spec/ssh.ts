/**
 * How everything of ours reaches a stack's machines by ssh. One list of options for all, so that the engine, its scripts and the
 * verbs share a connection to each machine and hold it to the same key. Paths begin at the project's folder, where ssh runs: as they
 * stand in the state they are right in every checkout.
 */
const folderOf = (stack: string) => `.fleet/${stack}`;

/** The file with the host keys of a stack's machines, below the project's folder. */
export const knownHostsFile = (stack: string) => `${folderOf(stack)}/known_hosts`;

/**
 * The longest name of a stack whose machines are reached by ssh: the path of the connection's socket has 107 bytes at most, of which
 * ssh needs 40 for the name and 17 while it makes it.
 */
export const LONGEST_SSH_STACK = 40;

/** Options for `ssh` to a machine, each a word of its own. */
export function sshOptions(stack: string, machine: string): string[] {
  return Object.entries({
    // Nobody is there to answer, and nobody is waited for without end.
    BatchMode: "yes",
    ConnectTimeout: "10",
    ConnectionAttempts: "2",
    ServerAliveInterval: "15",
    ServerAliveCountMax: "4",
    // The host must prove itself by the key of the stack file, and by no other that this user may know.
    StrictHostKeyChecking: "yes",
    HostKeyAlias: machine,
    UserKnownHostsFile: knownHostsFile(stack),
    GlobalKnownHostsFile: "/dev/null",
    // One connection for all, which stays a while for those that follow.
    ControlMaster: "auto",
    ControlPath: `${folderOf(stack)}/%C`,
    ControlPersist: "60",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** The lines of a machine in {@link knownHostsFile}. */
export const knownHostsLines = (machine: string, hostKeys: string[]) => hostKeys.map((key) => `${machine} ${key}`);
