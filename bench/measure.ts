import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

export interface Measured {
  /** Wall clock. */
  seconds: number;
  /** Of the process and all its descendants together, at most, as sampled; undefined where there is no /proc. */
  peakBytes?: number;
}

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** How often memory is looked at, in milliseconds. */
const SAMPLE = 50;

/** Runs a command to its end. Throws, with what it wrote, if it fails. */
export async function measure(command: string, args: string[], { cwd, env }: CommandOptions): Promise<Measured> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  let peakBytes: number | undefined;
  const sample = () => {
    const bytes = child.pid === undefined ? undefined : residentBytes(child.pid);
    if (bytes !== undefined) peakBytes = Math.max(peakBytes ?? 0, bytes);
  };
  const timer = setInterval(sample, SAMPLE);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
  return { seconds, peakBytes };
}

/** The median of a few runs, and the most memory of them. */
export function typical(runs: Measured[]): Measured {
  const sorted = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const peaks = runs.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]));
  return {
    seconds: sorted[Math.floor((sorted.length - 1) / 2)] as number,
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
  };
}

/** Resident memory of a process and its descendants. */
function residentBytes(root: number): number | undefined {
  try {
    const children = new Map<number, number[]>();
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const parent = parentOf(Number(name));
      if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    }
    const tree = [root];
    for (const pid of tree) tree.push(...(children.get(pid) ?? []));
    return tree.reduce((sum, pid) => sum + residentOf(pid), 0);
  } catch {
    return undefined;
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name, which stands in parentheses and may hold anything: state, parent.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

function residentOf(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
