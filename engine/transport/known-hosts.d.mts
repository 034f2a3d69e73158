/**
 * Puts lines (`<host> <key type> <key>`) into a file of known hosts, in the place of those that it has of the same hosts; lines
 * of other hosts stay. Written whole or not at all, and only if it says something else than before. Where a host is known by
 * other keys than before, the connections that are shared in the same folder take nobody in any more.
 */
export declare function writeKnownHosts(path: string, lines: string[]): void;
