import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ProviderError } from "../../provider.js";
import { Archive, containsSecret, type PropertyMap, type PropertyValue, Secret } from "../../values.js";
import { secretMask } from "../shared/mask.js";
import { plain, plainMap, secretTexts } from "../shared/plain.js";
import { globAssets } from "./assets.js";
import { type ProcessResult, runProcess } from "./process.js";
import { commandLine, takesScripts } from "./shell.js";

/** How many lines of a failed command's output its error quotes. */
const QUOTED_LINES = 20;

export interface Execution {
  /** What it is done for, "create". */
  operation: string;
  /** The resource's name, for messages. */
  name: string;
  command: PropertyValue;
  inputs: PropertyMap;
  /** Outputs of the last run: they go into the environment. */
  previous?: PropertyMap;
  /** Where a command runs that names no `dir`. */
  folder: string;
  /** Nothing may be refused any more: a state that is taken over from the vendor's plugin has to be deletable. */
  tolerant?: boolean;
  signal?: AbortSignal;
  timeout?: number;
  report?: (message: string, severity?: "info" | "warning") => void;
}

/**
 * Runs a command and gives its outputs: stdout, stderr, assets, archive. They are secret if any input is. Secret values never
 * get into the arguments, and are masked in what is reported and in the error.
 */
export async function execute(execution: Execution): Promise<PropertyMap> {
  const { inputs, previous, operation, report } = execution;
  const known = plainMap(inputs);
  const command = String(plain(execution.command));
  const commandSecret = containsSecret(execution.command);
  const secret = containsSecret(inputs) || commandSecret;
  const mask = secretMask([
    ...secretTexts(inputs),
    ...secretTexts(execution.command),
    ...secretTexts(previous?.stdout),
    ...secretTexts(previous?.stderr),
  ]);

  const interpreter = (known.interpreter as string[] | undefined) ?? [];
  let line = commandLine(interpreter, command, commandSecret);
  if (!line) {
    if (!execution.tolerant) throw secretOnCommandLine(operation);
    report?.(
      `the secret in ${operation} is on the command line of ${interpreter[0]}: pass it through stdin`,
      "warning",
    );
    line = commandLine(interpreter, command, false)!;
  }
  const cwd = typeof known.dir === "string" ? resolve(execution.folder, known.dir) : execution.folder;
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory()) {
    throw new ProviderError(
      `${operation} of ${execution.name}: dir ${cwd} is no folder`,
      "create it first, or correct dir",
    );
  }

  const result = await runProcess({
    ...line,
    cwd,
    env: environment(known, previous),
    ...(typeof known.stdin === "string" && known.stdin !== "" ? { stdin: known.stdin } : {}),
    signal: execution.signal,
    timeout: execution.timeout,
    onLine: streamed(known.logging, secret, commandSecret, mask, report),
    onLinger: () => report?.("the command has ended, but a process it left behind holds its output open", "warning"),
  });
  if (result.exitCode !== 0 || result.stopped) {
    throw failure(execution, result, mask, commandSecret ? undefined : command);
  }
  return outputs(result, known, cwd, secret);
}

/** Shows lines as they come, as `logging` says. Nobody can know what a command makes of a secret: then only if asked to. */
function streamed(
  logging: PropertyValue | undefined,
  secret: boolean,
  commandSecret: boolean,
  mask: (text: string) => string,
  report: Execution["report"],
): ((stream: "stdout" | "stderr", line: string) => void) | undefined {
  const wanted = typeof logging === "string" ? logging : secret ? "stderr" : "stdoutAndStderr";
  if (!report || wanted === "none" || commandSecret) return undefined;
  return (stream, line) => {
    if (wanted === "stdoutAndStderr" || wanted === stream) report(mask(line), "info");
  };
}

function environment(known: PropertyMap, previous: PropertyMap | undefined): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  for (const [name, value] of Object.entries((known.environment as PropertyMap | undefined) ?? {})) {
    if (value !== null) env[name] = String(value);
  }
  if (known.addPreviousOutputInEnv !== false) {
    for (const stream of ["stdout", "stderr"] as const) {
      const value = previous?.[stream] === undefined ? "" : plain(previous[stream]!);
      if (typeof value === "string" && value !== "") env[`PULUMI_COMMAND_${stream.toUpperCase()}`] = value;
    }
  }
  return env;
}

async function outputs(result: ProcessResult, known: PropertyMap, cwd: string, secret: boolean): Promise<PropertyMap> {
  const made: PropertyMap = {
    stdout: result.stdout.replace(/\n$/, ""),
    stderr: result.stderr.replace(/\n$/, ""),
  };
  if (Array.isArray(known.assetPaths)) made.assets = await globAssets(cwd, known.assetPaths as string[]);
  if (Array.isArray(known.archivePaths)) {
    made.archive = new Archive({ assets: await globAssets(cwd, known.archivePaths as string[]) });
  }
  if (!secret) return made;
  return Object.fromEntries(Object.entries(made).map(([key, value]) => [key, new Secret(value)]));
}

function failure(
  { operation, name, timeout }: Execution,
  result: ProcessResult,
  mask: (text: string) => string,
  command: string | undefined,
): ProviderError {
  const ended =
    result.stopped === "cancelled"
      ? "was cancelled"
      : result.stopped === "timeout"
        ? `did not end within ${timeout} s and was stopped`
        : result.exitCode === undefined
          ? "was killed"
          : `failed with exit code ${result.exitCode}`;
  const said = [`${operation} of ${name} ${ended}`];
  if (command === undefined) {
    said.push(
      "  (its output is not shown: the command itself is secret; pass the secret through environment or stdin instead)",
    );
    return new ProviderError(said.join("\n"));
  }
  const [first = "", ...rest] = mask(command).trim().split("\n");
  said[0] += `: ${first}${rest.length > 0 ? " …" : ""}`;
  const text = mask(result.stderr.trim() === "" ? result.stdout : result.stderr).trimEnd();
  const lines = text === "" ? [] : text.split("\n");
  if (lines.length > QUOTED_LINES) said.push(`  … ${lines.length - QUOTED_LINES} lines before`);
  said.push(...lines.slice(-QUOTED_LINES).map((line) => `  ${line}`));
  return new ProviderError(said.join("\n"));
}

/** True if the inputs would put a secret command into the arguments of a program that cannot take it otherwise. */
export function secretNeedsArgument(
  command: PropertyValue | undefined,
  interpreter: PropertyValue | undefined,
): boolean {
  if (command === undefined || !containsSecret(command)) return false;
  const words = interpreter === undefined ? [] : plain(interpreter);
  return Array.isArray(words) && words.every((word) => typeof word === "string") && !takesScripts(words as string[]);
}

export const SECRET_ARGUMENT =
  "holds a secret, which this interpreter would show to every user of the machine: pass the secret through environment or stdin";

function secretOnCommandLine(operation: string): ProviderError {
  return new ProviderError(`${operation} ${SECRET_ARGUMENT}`);
}
