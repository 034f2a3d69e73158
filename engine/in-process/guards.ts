import { AsyncLocalStorage } from "node:async_hooks";

/** Runs something in another async context: in the engine's, so that what the engine does is not taken for the program's doing, or back. */
export type Context = <T>(act: () => T) => T;

/** A program that runs inside this process, as its guards see it. */
export interface GuardedProgram {
  /** Something was thrown that nobody caught. */
  uncaught(error: unknown): void;
  /** It called process.exit. */
  exited(code: number): void;
  /** It printed something. */
  printed(stream: "stdout" | "stderr", text: string): void;
  /** Nothing can happen any more: it waits for what never comes. */
  stuck(): void;
}

/** Thrown where a program calls process.exit, so that it does not go on. */
export class ProgramExited extends Error {
  constructor() {
    super("the program has called process.exit()");
    this.name = "ProgramExited";
  }
}

/** By the store that the SDK keeps for an async context. Entries stay after the program's end: something of it may still come. */
const programs = new WeakMap<object, GuardedProgram>();
const running = new Set<GuardedProgram>();
let restore: (() => void) | undefined;

/** The SDK's own: all its copies share it. */
function currentProgram(): GuardedProgram | undefined {
  const storage = (globalThis as { asyncLocalStorage?: AsyncLocalStorage<object> }).asyncLocalStorage;
  const store = storage?.getStore();
  return store && programs.get(store);
}

/** The context of whoever calls this. */
export function thisContext(): Context {
  return AsyncLocalStorage.snapshot();
}

/** Makes what happens in a context the program's, until the returned function is called. */
export function guard(store: object, program: GuardedProgram): () => void {
  programs.set(store, program);
  running.add(program);
  restore ??= install();
  return () => {
    if (!running.delete(program) || running.size > 0) return;
    // What it has left behind may fail in this very turn.
    setImmediate(() => {
      if (running.size > 0) return;
      restore?.();
      restore = undefined;
    });
  };
}

function install(): () => void {
  const exit = process.exit;
  const streams = { stdout: process.stdout.write, stderr: process.stderr.write };
  process.exit = ((code?: number | string | null) => {
    const program = currentProgram();
    if (program === undefined) return exit(code as number);
    program.exited(Number(code ?? process.exitCode ?? 0));
    throw new ProgramExited();
  }) as typeof process.exit;
  for (const stream of ["stdout", "stderr"] as const) {
    process[stream].write = ((...args: Parameters<typeof process.stdout.write>) => {
      const program = currentProgram();
      if (program === undefined) return Reflect.apply(streams[stream], process[stream], args);
      const [chunk, encoding] = args as unknown as [string | Uint8Array, unknown];
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      program.printed(stream, text);
      const done = args.findLast((item) => typeof item === "function") ?? encoding;
      if (typeof done === "function") process.nextTick(done as () => void);
      return true;
    }) as typeof process.stdout.write;
  }
  process.on("unhandledRejection", onUncaught);
  process.on("uncaughtException", onUncaught);
  process.on("beforeExit", onIdle);
  return () => {
    process.exit = exit;
    process.stdout.write = streams.stdout;
    process.stderr.write = streams.stderr;
    process.off("unhandledRejection", onUncaught);
    process.off("uncaughtException", onUncaught);
    process.off("beforeExit", onIdle);
  };
}

function onUncaught(error: unknown): void {
  if (error instanceof ProgramExited) return;
  const program = currentProgram();
  // Where it cannot be told whose it is, nobody's plan can be trusted.
  for (const one of program === undefined ? running : [program]) one.uncaught(error);
}

/** The event loop is empty: a process of its own would end here. */
function onIdle(): void {
  for (const program of running) program.stuck();
}
