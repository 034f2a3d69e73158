// The main script of a program's process. It loads Pulumi's SDK at once, while the engine still reads the state. The arguments of the
// SDK's own main script follow it; what of them is not known from the beginning, such as where the engine is, and the configuration,
// which is to be in the environment, come through a pipe.
const Module = require("node:module");
const { readPipe } = require("./read-pipe.cjs");

/** Where the engine's words come in; see child-program.ts. */
const PIPE = 3;

const [node, , runner, ...known] = process.argv;
process.argv = [node, runner, ...known];
const sdk = Module.createRequire(runner);
try {
  // First: it must come before gRPC. Releases of the SDK that do not have it may read their environment, which is not complete yet,
  // while they load: they are loaded when it is.
  sdk("./instrumentation");
  // What else the main script loads, and the program; not ./run, which loads the main script itself.
  for (const part of ["source-map-support/register", "../../index.js", "minimist", "ini", "./tracing", "./error"])
    sdk(part);
} catch {
  // What cannot be loaded is told by the one who needs it.
}

const words = readPipe(PIPE);
// The engine has ended, or the run has before it came to the program.
if (words === "") process.exit(0);
const { args, env } = JSON.parse(words);
Object.assign(process.env, env);
process.argv.push(...args);
// As the main module, which it is wherever else Pulumi runs a program.
Module._load(runner, null, true);
