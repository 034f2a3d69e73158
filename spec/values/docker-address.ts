/** Where a machine's Docker daemon is reached, taken apart. */
export type DockerAddress =
  | { by: "ssh"; user: string; host: string; port: number }
  | { by: "tcp"; host: string; port: number }
  | { by: "unix"; path: string };

const SSH_PORT = 22;
/** No part can be taken for an option of `ssh`, or for something that a shell reads. */
const USER = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const IPV6 = /^\[[0-9A-Fa-f:.]{2,45}\]$/;

/** `ssh://user@host[:port]`, `tcp://host:port` or `unix:///path`; undefined for anything else. */
export function readDockerAddress(text: string): DockerAddress | undefined {
  const socket = /^unix:\/\/(\/[^\s]+)$/.exec(text);
  if (socket) return { by: "unix", path: socket[1]! };
  const match = /^(ssh|tcp):\/\/(?:([^@/\s]+)@)?(\[[^\]]+\]|[^:@/\s]+)(?::(\d{1,5}))?\/?$/.exec(text);
  if (!match) return undefined;
  const [, by, user, host = "", digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (!(HOST.test(host) || IPV6.test(host)) || (port !== undefined && (port < 1 || port > 65535))) return undefined;
  const name = host.toLowerCase();
  if (by === "ssh")
    return user !== undefined && USER.test(user) ? { by, user, host: name, port: port ?? SSH_PORT } : undefined;
  return user === undefined && port !== undefined ? { by: "tcp", host: name, port } : undefined;
}

/** Whether an address is this computer's own, which nobody else reaches. */
export const isLoopback = (host: string) =>
  host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
