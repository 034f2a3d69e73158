/** What a host's baseline is made from, in plain values. */
export interface BaselineInput {
  /** The user that the fleet logs in as. It may run the loader as root, and use Docker. */
  user: string;
  /** Public keys that let this user in, besides those that it has. */
  keys: string[];
  docker: boolean;
  caddy: boolean;
  packages: string[];
  users: Record<string, { keys: string[]; sudo: string[]; docker: boolean }>;
  open: OpenPort[];
  /** Whether Tailscale is there. How it joins is no part of this: that takes a secret. */
  tailscale: boolean;
  fail2ban: { maxRetry: number; findSeconds: number; banSeconds: number };
  /** Time of day for a restart that an upgrade needs, `04:00`. */
  reboot: string | false;
  journal: { bytes: number; seconds: number };
  timezone: string;
}

export interface OpenPort {
  port: number;
  protocol: "tcp" | "udp";
  /** Address or network that may come in. Default: everybody. */
  from?: string;
}

export interface PartFile {
  text: string;
  /** Default: `0644`. */
  mode?: string;
  policy?: "own" | "merge";
}

/** One concern of the baseline: all that it is at first boot, and what a living host gets when it changes. */
export interface Part {
  /** A word for messages and for the functions of the script. */
  name: string;
  packages?: string[];
  /** By absolute path. In place before the packages are. */
  files?: Record<string, PartFile>;
  /**
   * Lines of a shell script, run as root once files and packages are there. May be run any number of times. `changed <file>…` and
   * `taken_up <file>…` of the script say whether a service has yet to take up its files.
   */
  apply?: string[];
  /** Commands that look at drafts before they are put in place: see HostBundle. */
  checks?: string[];
  /** Succeeds while the host is as `apply` leaves it: what else somebody changes is found by it. */
  probe?: string;
}

/** A word that a shell takes as it is. */
export const quoted = (word: string) => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
