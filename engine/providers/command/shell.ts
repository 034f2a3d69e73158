/** As the vendor's plugin on Unix. */
export const DEFAULT_INTERPRETER: readonly string[] = ["/bin/sh", "-c"];

/** Reads the script from file descriptor 4, closes it, and runs it as if it had been the argument. */
const FROM_PIPE = '__script=$(cat <&4); exec 4<&-; eval "unset __script; $__script"';

export interface CommandLine {
  argv: string[];
  /** What goes to file descriptor 4, not to the arguments. */
  script?: string;
}

/**
 * How an interpreter gets a command. A command that holds a secret must not be an argument, where every user of the machine
 * can read it: shells get it through a pipe. Undefined if it is secret and the interpreter is no shell that could do so.
 */
export function commandLine(interpreter: readonly string[], command: string, secret: boolean): CommandLine | undefined {
  const given = interpreter.length > 0 ? interpreter : DEFAULT_INTERPRETER;
  if (!secret) return { argv: [...given, command] };
  return takesScripts(given) ? { argv: [...given, FROM_PIPE], script: command } : undefined;
}

/** `sh -c`, `/bin/bash -e -o pipefail -c`, `env bash -c` and the like. */
export function takesScripts(interpreter: readonly string[]): boolean {
  const given = interpreter.length > 0 ? interpreter : DEFAULT_INTERPRETER;
  const program = given.find((word) => !/(^|\/)env$/.test(word)) ?? "";
  return /(^|\/)(sh|bash|dash|ash|zsh|ksh)$/.test(program) && /^-[a-z]*c$/.test(given.at(-1) ?? "");
}
