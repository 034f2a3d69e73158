import type { Command } from "commander";

/** A verb's module: declares arguments and options on its command, and what runs. */
export interface VerbModule {
  define(command: Command): void;
}

/** What the process ends with; a verb's action returns it. */
export const outcome = { exitCode: 0 };

/**
 * Sets what runs. Commander gives positional arguments first, then the options; `undefined` means exit code 0.
 */
// biome-ignore lint/suspicious/noExplicitAny: commander types its actions so, each verb names its own.
export function action(command: Command, run: (...args: any[]) => Promise<number | undefined>): Command {
  return command.action(async (...args: unknown[]) => {
    outcome.exitCode = (await run(...args)) ?? 0;
  });
}
