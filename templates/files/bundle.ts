/** A file to be delivered. */
export interface BundleFile {
  text: string;
  /** Octal, `0600`. */
  mode: string;
}

/** A Docker volume and what is to be in it. */
export interface BundleVolume {
  /** Name of an existing volume. */
  name: string;
  /** Who owns what is delivered: `uid`, `uid:gid`, or a user that the image knows by name. Missing: the image's own user. */
  owner?: string;
  /**
   * - `mirror`: exactly these files. Others are removed.
   * - `offer`: these files among others that the container writes. One that was delivered is written again only when its
   *   declared text changes, so that what the container made of it stays, also when an agent is removed and comes back. The
   *   volume's root folder, while it is empty, is given to the owner: Docker makes it root's.
   */
  policy: "mirror" | "offer";
  files: Record<string, BundleFile>;
}

/** A command of the image that says whether new files can be read, before any of them is put in place. */
export interface Check {
  /** Exits with 0 if they can. What it prints otherwise becomes the error, JSON in OpenClaw's form by its issues. */
  command: string[];
  env: Record<string, string>;
  /** Folder in which the command finds the files. */
  folder: string;
}

/** What happens to a running container once its `mirror` files have changed. */
export type Afterwards =
  | { do: "nothing" }
  /** The program watches its files: wait until the command exits with 0 in the container, as it does once they are taken up. */
  | { do: "await"; command: string[]; waitSeconds: number }
  /** `watched`: a folder that the program watches; a change in nothing else needs no restart. */
  | { do: "restart"; waitSeconds: number; watched?: string }
  | { do: "signal"; signal: string }
  | { do: "exec"; command: string[] };

/** All that `put.mjs` reads from standard input, as JSON. */
export interface Bundle {
  /** Name of the container that uses the volumes. It need not exist yet. */
  container: string;
  /** First word of the container's command. One with another is about to be replaced, and could make nothing of the files. */
  program?: string;
  /** Id of an image that the daemon has, for the containers through which files are read and written. */
  image: string;
  /** Ownership labels for those containers. */
  labels: Record<string, string>;
  volumes: BundleVolume[];
  /** For the files of `mirror` volumes. */
  check?: Check;
  afterwards: Afterwards;
}
