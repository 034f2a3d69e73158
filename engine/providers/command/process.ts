import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { ProviderError } from "../../provider.js";

/** How long a process group has to end by itself after SIGTERM. */
const GRACE_MS = 5_000;

/** How long after its end a command's output may stay open before we say so. */
const LINGER_MS = 5_000;

export interface ProcessOptions {
  /** Program and arguments. Other users of the machine can read them: no secrets. */
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  stdin?: string;
  /** The text that `argv` reads from file descriptor 4. */
  script?: string;
  signal?: AbortSignal;
  /** Seconds. */
  timeout?: number;
  onLine?: (stream: "stdout" | "stderr", line: string) => void;
  /** Told once, when a background process keeps the output open after the command itself has ended. */
  onLinger?: () => void;
}

export interface ProcessResult {
  stdout: string;
  stderr: string;
  /** As a shell has it: 128 + n when signal n ended it. Undefined if it was stopped, or its process group killed. */
  exitCode?: number;
  /** Why we ended it, if we did. */
  stopped?: "cancelled" | "timeout";
}

/**
 * The shell that runs the command, in whose process group all else is.
 *
 * - A guard reads from file descriptor 3: a line means that all is well and it goes; the end without one means that the engine
 *   is gone (kill -9 too), and it ends the group. So no command outlives its engine, on any Unix, without a helper program.
 * - The exit code goes back through descriptor 3, ahead of output that a background process may still hold open; an empty
 *   line follows, in case that the command's shell was killed. Then the engine lets the guard go.
 * - Node gives its children sockets, and Linux cannot open /dev/stdin, /dev/stdout or /dev/stderr on a socket, as many a script
 *   does: `cat` turns them into pipes.
 * - SIGTERM is for the command; the shells around it wait for its end, so that its last words are not lost.
 */
function wrapper(hasStdin: boolean): string {
  const guard = `read -r done || { kill -TERM 0; sleep ${GRACE_MS / 1000}; kill -KILL 0; }`;
  const command = `{ trap : TERM INT HUP; "$@" 3>&-; echo "$?" >&3; }`;
  const fed = hasStdin ? `cat 3>&- 4>&- 6>&- | ${command}` : command;
  return [
    "trap '' TERM INT HUP",
    `{ ${guard}; } <&3 4>&- >/dev/null 2>&1 &`,
    `{ { ${fed}; } 2>&1 >&6 6>&- | cat >&2 3>&- 4>&- 6>&-; } 6>&1 | cat 3>&- 4>&-`,
    "echo >&3; wait",
  ].join("\n");
}

/**
 * Runs a command in a process group and session of its own, so that a Ctrl-C at the terminal does not reach it: the engine
 * decides. When `signal` is aborted or the time is up, the whole group gets SIGTERM and, after 5 s, SIGKILL.
 * Resolves when the command has ended and its output is closed, as the vendor's plugin does. Throws if it cannot be started.
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  const { signal } = options;
  if (signal?.aborted) return { stdout: "", stderr: "", stopped: "cancelled" };
  const child = start(options);
  const stdout = collect(child.stdout, (line) => options.onLine?.("stdout", line));
  const stderr = collect(child.stderr, (line) => options.onLine?.("stderr", line));
  const control = child.stdio[3] as unknown as NodeJS.ReadWriteStream;

  let stopped: ProcessResult["stopped"];
  let stopping: Promise<void> | undefined;
  let lingering: NodeJS.Timeout | undefined;
  const stop = (reason: "cancelled" | "timeout") => {
    stopped ??= reason;
    stopping ??= endGroup(child);
  };
  const cancel = () => stop("cancelled");
  const status = collect(control, () => {
    dismissGuard(control);
    lingering ??= setTimeout(() => options.onLinger?.(), LINGER_MS);
  });
  signal?.addEventListener("abort", cancel, { once: true });
  const timer = options.timeout === undefined ? undefined : setTimeout(() => stop("timeout"), options.timeout * 1000);

  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => dismissGuard(control));
      child.once("close", () => resolve());
    });
    await stopping;
    const code = status().trim();
    return {
      stdout: stdout(),
      stderr: stderr(),
      ...(code === "" ? {} : { exitCode: Number(code) }),
      ...(stopped ? { stopped } : {}),
    };
  } catch (error) {
    throw startError(error as NodeJS.ErrnoException, options);
  } finally {
    signal?.removeEventListener("abort", cancel);
    clearTimeout(timer);
    clearTimeout(lingering);
  }
}

function start(options: ProcessOptions): ChildProcess {
  const { argv, cwd, env, stdin, script } = options;
  const stdio: StdioOptions = [stdin ? "pipe" : "ignore", "pipe", "pipe", "pipe"];
  if (script !== undefined) stdio.push("pipe");
  let child: ChildProcess;
  try {
    child = spawn("/bin/sh", ["-c", wrapper(Boolean(stdin)), "sh", ...argv], {
      cwd,
      env,
      detached: true,
      stdio,
    });
  } catch (error) {
    throw startError(error as NodeJS.ErrnoException, options);
  }
  feed(child.stdin, stdin);
  feed(child.stdio[4] as NodeJS.WritableStream | undefined, script);
  return child;
}

/** A command need not read what it is given. */
function feed(stream: NodeJS.WritableStream | null | undefined, text: string | undefined): void {
  stream?.on("error", () => {});
  stream?.end(text ?? "");
}

/** Once is enough; after that the stream is ended. */
function dismissGuard(control: NodeJS.WritableStream): void {
  if (control.writable) control.end("done\n");
}

/** SIGTERM to the group, SIGKILL to what is left of it after the grace period. The guard stays until the command has ended. */
async function endGroup(child: ChildProcess): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  send(group, "SIGTERM");
  const end = Date.now() + GRACE_MS;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (!send(group, 0) || allZombies(group)) return;
  }
  send(group, "SIGKILL");
}

/** False if there is nobody left in the group. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // macOS says EPERM of a group of zombies.
    return !["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
}

/** True if nobody in the group runs any more, but its init process is slow to reap (or no init at all, as in containers). */
function allZombies(group: number): boolean {
  if (process.platform !== "linux") return false;
  const states = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
        const [state, , processGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(processGroup) === group ? state : undefined;
      } catch {
        return undefined; // it has gone meanwhile
      }
    });
  return states.every((state) => state === undefined || state === "Z" || state === "X");
}

/** Gathers a stream as text and tells its lines as they come. */
function collect(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): () => string {
  const chunks: Buffer[] = [];
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream?.on("end", () => {
    if (rest !== "") onLine(rest);
  });
  stream?.on("error", () => {});
  return () => Buffer.concat(chunks).toString("utf8");
}

function startError(error: NodeJS.ErrnoException, options: ProcessOptions): unknown {
  if (error.code === "E2BIG") {
    return new ProviderError(
      "the command cannot be started: its arguments and environment are too large for the system",
      "pass large values through stdin, and set addPreviousOutputInEnv: false if its last output was large",
    );
  }
  if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EACCES") {
    return new ProviderError(`the command cannot be started in ${options.cwd}: ${error.code}`);
  }
  return error;
}
