import { posix } from "node:path";
import { isWithin } from "./_mounts.js";

/** Sockets by which containers are made, of Docker and its like. */
const SOCKETS = new Set(["docker.sock", "podman.sock", "containerd.sock", "crio.sock"]);

/** The folder in which they all are. */
const FOLDER = "/run";

/** Whether a path, canonical, is such a socket, wherever it lies. */
export const isSocket = (path: string): boolean => SOCKETS.has(posix.basename(path));

/** Whether a folder, canonical, has such sockets in it on an ordinary machine. */
export const holdsSockets = (path: string): boolean => isWithin(FOLDER, path);
