import fs from "node:fs";
import path from "node:path";

/** Where system programs are, though a user's PATH may not name it. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The path of an installed program. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
      } catch {
        return false;
      }
    });
}

/** Whether this is Debian or made from it (Ubuntu and others), so that apt-get installs Debian's packages. */
export function isDebian(osRelease = "/etc/os-release"): boolean {
  if (process.platform !== "linux") return false;
  try {
    const text = fs.readFileSync(osRelease, "utf8");
    const words = [...text.matchAll(/^(?:ID|ID_LIKE)=["']?([^"'\n]*)/gm)].flatMap((match) => match[1]!.split(/\s+/));
    return words.includes("debian") || words.includes("ubuntu");
  } catch {
    return false;
  }
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether systemd runs this machine: the folder is what sd_booted(3) looks at. */
export const hasSystemd = (): boolean => fs.existsSync("/run/systemd/system");

/** Adds the system's folders to a PATH, for programs that call others in /usr/sbin. */
export function systemPath(): string {
  return [...new Set([...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean), ...SYSTEM_FOLDERS])].join(
    path.delimiter,
  );
}
