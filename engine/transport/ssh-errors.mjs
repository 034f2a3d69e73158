import { TransportError } from "./error.mjs";

/** The value of an option for ssh that stands as `-o Name=value`. */
export function sshOption(options, name) {
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** As a person names the host: `deploy@example.org:22`. */
export const sshName = ({ user, host, port }) => `${user ? `${user}@` : ""}${host}${port ? `:${port}` : ""}`;

/** The command by which a person would look at the same connection. */
const byHand = ({ user, host, port }) => `ssh ${port ? `-p ${port} ` : ""}${user ? `${user}@` : ""}${host}`;

/**
 * Why `ssh` failed, from what it said on standard error. Its own words are quoted where they are not told better.
 *
 * @param target as of an endpoint
 * @param said standard error of ssh
 * @param code its exit code; null if it was killed
 * @param probe what a person would run there to see it
 */
export function sshError(target, said, code, probe = "docker version") {
  const at = sshName(target);
  const known = CAUSES.find(({ pattern }) => pattern.test(said));
  if (known) {
    const { message, fix } = known.tell(target, at);
    return new TransportError(message, fix, "ESSH");
  }
  if (code === 127) return missingDocker(target, at);
  const last = said.trim().split("\n").at(-1)?.trim();
  return new TransportError(
    `the connection to ${at} by ssh failed${last ? `: ${last}` : code === null ? "" : ` with exit code ${code}`}`,
    `see what \`${byHand(target)} ${probe}\` says`,
    "ESSH",
  );
}

/** ssh did not get through in time. */
export function sshTimeout(target, seconds) {
  return new TransportError(
    `${sshName(target)} was not reached by ssh within ${seconds} s`,
    `check that the host is up, its address and the network; \`${byHand(target)}\` shows where it stops`,
    "ESSH",
  );
}

/** ssh itself could not be started. */
export function sshMissing(error) {
  return error.code === "ENOENT"
    ? new TransportError(
        "there is no ssh program here, and the machine is reached by it",
        "install it (Debian: apt-get install openssh-client), and see that it is on PATH",
        "ESSH",
      )
    : new TransportError(`ssh could not be started: ${error.message}`, "run it by hand to see why", "ESSH");
}

const missingDocker = (target, at) =>
  new TransportError(
    `there is no docker command on ${at}`,
    `install Docker there, its command included; \`${byHand(target)} docker version\` must answer`,
    "ESSH",
  );

/** By what ssh and the docker command on the host print. The first that fits counts. */
const CAUSES = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|^Host key for .* has changed/im,
    tell: (target, at) => ({
      message: `${at} shows another host key than the one that is trusted: it is another host, or was set up anew`,
      fix: trustAdvice(target, "ask who runs it; if the key was changed on purpose"),
    }),
  },
  {
    pattern: /Host key verification failed|host key is known for/i,
    tell: (target, at) => ({
      message: `the host key of ${at} is not known, so it may be any host`,
      fix: trustAdvice(target, "trust it"),
    }),
  },
  {
    pattern: /Permission denied \(|Too many authentication failures|No supported authentication methods/i,
    tell: (target, at) => ({
      message: `${at} takes none of this user's ssh keys`,
      fix: `load the key (ssh-add), or name it for the host in ~/.ssh/config; its public half belongs into ~/.ssh/authorized_keys of ${target.user ?? "the user"} there`,
    }),
  },
  {
    pattern: /Could not resolve hostname/i,
    tell: ({ host }) => ({
      message: `there is no host ${host}: its name has no address`,
      fix: "check the name, and that this computer's DNS works",
    }),
  },
  {
    pattern: /timed out|timeout, server|No route to host|Network is unreachable|Connection refused|Host is down/i,
    tell: (target, at) => ({
      message: `${at} does not answer by ssh`,
      fix: `check that the host is up, its address, port and firewall; \`${byHand(target)}\` shows where it stops`,
    }),
  },
  {
    pattern: /permission denied.*docker|docker.*permission denied|connect: permission denied/i,
    tell: ({ user }, at) => ({
      message: `${user ?? "the user"} may not use Docker on ${at}`,
      fix: `add the user to the group docker there: sudo usermod -aG docker ${user ?? "<user>"}`,
    }),
  },
  {
    pattern: /docker: (command )?not found|docker: No such file|command not found: docker/i,
    tell: (target, at) => {
      const { message, fix } = missingDocker(target, at);
      return { message, fix };
    },
  },
  {
    pattern: /failed to open the raw stream connection|Cannot connect to the Docker daemon/i,
    tell: (_target, at) => ({
      message: `no Docker daemon answers on ${at}`,
      fix: "start it there (systemctl start docker), and see its log (journalctl -u docker)",
    }),
  },
  {
    pattern: /ControlPath too long|path .* too long for Unix domain socket/i,
    tell: () => ({
      message: "the path of the shared connection's socket is too long",
      fix: "give the stack a shorter name",
    }),
  },
];

/** Where our own pinned keys are in use, the verb that pins one. */
function trustAdvice({ options }, when) {
  const machine = sshOption(options, "HostKeyAlias");
  const [, stack] = /^\.fleet\/([^/]+)\/known_hosts$/.exec(sshOption(options, "UserKnownHostsFile") ?? "") ?? [];
  return machine && stack
    ? `${when}: ./fleet trust ${stack} ${machine}`
    : `${when}: connect once by hand with ssh, or mend ~/.ssh/known_hosts`;
}
