// The main script of a program's process. It loads Pulumi's SDK at once, while the engine still reads the state. What is to be run, and
// where the engine is, comes through a pipe: the flags of the SDK's own main script, and an environment with the configuration.
const Module = require("node:module");
const { readPipe } = require("./read-pipe.cjs");

/** Where the engine's words come in; see child-program.ts. */
const PIPE = 3;

const [node, , runner] = process.argv;
process.argv = [node, runner];
const sdk = Module.createRequire(runner);
try {
  // First: it must come before gRPC. Releases of the SDK that do not have it may read their environment, which is not complete yet,
  // while they load: they are loaded when it is.
  sdk("./instrumentation");
  sdk("../../index.js");
} catch {
  // What cannot be loaded is told by the one who needs it.
}

const words = readPipe(PIPE);
// The engine has ended, or the run has before it came to the program.
if (words === "") process.exit(0);
const { flags, env } = JSON.parse(words);
Object.assign(process.env, env);
process.argv = [node, runner, ...flags];
// As the main module, which it is wherever else Pulumi runs a program.
Module._load(runner, null, true);
