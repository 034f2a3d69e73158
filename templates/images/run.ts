import { type ChildProcess, spawn } from "node:child_process";
import { redact } from "./errors.js";

const running = new Set<ChildProcess>();

/** Lines of a program's output that an error shows. */
const TAIL_LINES = 15;

export class ProgramError extends Error {
  constructor(
    readonly program: string,
    /** The end of what it wrote, without credentials. */
    readonly tail: string,
    reason: string,
  ) {
    super(`${program} ${reason}${tail ? `:\n${tail}` : ""}`);
    this.name = "ProgramError";
  }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Called with each line of output as it comes. */
  onLine?: (line: string) => void;
  timeoutMinutes: number;
}

/** Runs a program to its end and gives its standard output. @throws ProgramError when it fails or takes too long. */
export function runProgram(command: string, args: string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const name = command.split("/").pop()!;
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let stdout = "";
    const lines: string[] = [];
    let partial = "";
    const onText = (text: string) => {
      const parts = (partial + text).split(/\r?\n/);
      partial = parts.pop()!;
      for (const line of parts.filter((part) => part.trim())) {
        lines.push(line);
        if (lines.length > TAIL_LINES) lines.shift();
        options.onLine?.(line);
      }
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onText(text);
    });
    child.stderr.setEncoding("utf8").on("data", onText);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGTERM");
    }, options.timeoutMinutes * 60_000);
    const finish = (reason?: string) => {
      clearTimeout(timer);
      running.delete(child);
      if (reason === undefined) return resolve(stdout);
      if (partial.trim()) lines.push(partial);
      reject(new ProgramError(name, redact(lines.join("\n")), reason));
    };
    child.once("error", (error) => finish(`could not be started (${error.message})`));
    child.once("close", (code, signal) => {
      if (timedOut) finish(`did not end within ${options.timeoutMinutes} minutes`);
      else if (code === 0) finish();
      else finish(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
  });
}

/** Ends the programs that still run, and waits for them: mmdebstrap takes its own temporary files along. */
export async function stopPrograms(): Promise<void> {
  const ends = [...running].map(
    (child) =>
      new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
      }),
  );
  await Promise.all(ends);
}
