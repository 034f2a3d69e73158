/** Kinds of archive files. They are told by their names alone, as in Pulumi. */
export type ArchiveFormat = "tar" | "tar.gz" | "zip";

const FORMATS: [string, ArchiveFormat][] = [
  [".tar", "tar"],
  [".tgz", "tar.gz"],
  [".tar.gz", "tar.gz"],
  [".zip", "zip"],
  [".jar", "zip"],
];

/** The format of an archive file by its name or URL; undefined if it is none, such as a folder. */
export function archiveFormat(name: string): ArchiveFormat | undefined {
  return FORMATS.find(([extension]) => name.endsWith(extension))?.[1];
}
