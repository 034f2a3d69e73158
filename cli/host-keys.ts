import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readHostKey } from "../spec/values/host-key.js";
import { FleetError } from "./errors.js";

/** The newest kind first: of several keys of a host the first is the one to keep. */
const WANTED = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];
/** Seconds for each connection that ssh-keyscan makes, and milliseconds for all of it. */
const SCAN_SECONDS = 10;
const SCAN_LIMIT = 30_000;

/** The name of a key as `ssh-keygen -l` shows it: `SHA256:…`. */
export function fingerprint(hostKey: string): string {
  const [, blob = ""] = hostKey.split(" ");
  return `SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`;
}

/** The kind of a key as people say it: `ED25519`. */
export const kindOf = (hostKey: string): string =>
  /^(?:ssh-|sk-ssh-)?(ed25519|rsa|ecdsa)/.exec(hostKey)?.[1]?.toUpperCase() ?? hostKey.split(" ", 1)[0]!;

/** The public keys that a host shows, newest kind first. Anyone on the way may have answered: they are still to be compared. */
export async function scanHostKeys(host: string, port: number): Promise<string[]> {
  const args = [
    "-T",
    String(SCAN_SECONDS),
    "-p",
    String(port),
    "-t",
    "ed25519,ecdsa,rsa",
    host.replace(/^\[|\]$/g, ""),
  ];
  const { stdout, stderr } = await run("ssh-keyscan", args);
  const keys = stdout.split("\n").flatMap((line) => readHostKey(line.split(" ").slice(1).join(" ")) ?? []);
  const rank = (key: string) => WANTED.indexOf(key.split(" ", 1)[0]!);
  if (keys.length > 0) return [...new Set(keys)].filter((key) => rank(key) >= 0).sort((a, b) => rank(a) - rank(b));
  const said = stderr.split("\n").findLast((line) => line.trim() !== "" && !line.startsWith("#"));
  throw new FleetError(
    `${host}:${port} shows no ssh host key${said ? `: ${said.trim()}` : ""}`,
    "check that the host is up, its address, port and firewall",
    1,
  );
}

function run(program: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: SCAN_LIMIT,
      killSignal: "SIGKILL",
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
    child.once("close", () => resolve(texts));
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new FleetError(`there is no ${program} here`, "install it (Debian: apt-get install openssh-client)")
          : error,
      ),
    );
  });
}
