/** What `put.mjs` reads from standard input. */
export interface HostBundle {
  /** Stack and entry: names the record of what was delivered, on the host below /var/lib/fleet. */
  owner: { stack: string; entry: string };
  /** By absolute path. Folders that are missing on the way to one are made, root's, 0755. */
  files: Record<string, HostFile>;
  /**
   * Shell commands, run as root with the folder of the new files' drafts as `$1`: a draft has the path of its file below that folder.
   * One that fails is told, and nothing is put in place.
   */
  checks: string[];
  /** Shell commands, run as root, when a file that is `own` or `merge` has changed. Owed until they have succeeded. */
  afterwards: string[];
  /**
   * What else the host is to be like, by a word for it: shell commands, run as root, that succeed while it is. One that fails is a
   * difference as a changed file is one: `afterwards` puts it right.
   */
  probes?: Record<string, string>;
  /** Shell commands, run as root when the entry goes, behind the removal of the files that are its own. */
  whenRemoved?: string[];
}

export interface HostFile {
  /** Missing: a folder. */
  text?: string;
  /** Numeric `uid:gid`. Default: `0:0`. */
  owner?: string;
  /** Default: `0644`, of a folder `0755`. */
  mode?: string;
  /**
   * - `own`: the host's file is made what is said here. Written in place where it is there, so that a mount of it shows the change.
   * - `offer`: written where there is none, and never again.
   * - `merge`: JSON objects. What is said here is put into the host's object, at any depth; what else that has stays.
   *
   * Default: `own`.
   */
  policy?: "own" | "offer" | "merge";
}
