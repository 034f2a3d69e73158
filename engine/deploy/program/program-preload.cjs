// Loaded before the SDK into the process of a program or a policy pack. Workers and forks of it inherit `--require` but not the pipes.
const { Socket } = require("node:net");
const { isMainThread } = require("node:worker_threads");
const { readPipe } = require("./read-pipe.cjs");

require("./sdk-loading.cjs");

// A policy pack's configuration arrives through a pipe, not in the environment of the process, where `ps e` and /proc/<pid>/environ
// would show its secrets. A program's does so too, but later: see program-main.cjs.
const pipe = process.env.PULUMI_HERMETIC_CONFIG_FD;
if (pipe !== undefined && isMainThread) {
  delete process.env.PULUMI_HERMETIC_CONFIG_FD;
  Object.assign(process.env, JSON.parse(readPipe(Number(pipe))));
}

// The engine holds the other end for as long as it lives. If it is killed, a program that does not happen to call it would live on.
const lifeline = process.env.PULUMI_HERMETIC_LIFELINE_FD;
if (lifeline !== undefined && isMainThread) {
  delete process.env.PULUMI_HERMETIC_LIFELINE_FD;
  const socket = new Socket({ fd: Number(lifeline), readable: true, writable: false });
  socket.on("error", () => {});
  socket.on("close", () => process.exit(1));
  socket.resume();
  socket.unref();
}

// The SDK tells a program's error with `util.inspect(error, { colors: true })`. In some releases of Node (seen: 20.20.2) that never
// returns for a stack with a line such as `/node_modules/@pulumi/resource.ts:1:1`, which is how the SDK's source maps name its
// files: the program would hang, eating memory, instead of telling its error. Nobody needs the colours: the output is a pipe.
const util = require("node:util");
util.inspect = new Proxy(util.inspect, {
  apply(inspect, self, [value, options, ...rest]) {
    const coloured = value instanceof Error && typeof options === "object" && options?.colors;
    return Reflect.apply(inspect, self, [value, coloured ? { ...options, colors: false } : options, ...rest]);
  },
});

// An engine that was killed reads no more. The SDK answers a failed write of a log message with another one, without end, at full
// speed and eating memory: the program ends instead.
if (isMainThread) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (error.code === "EPIPE" || error.code === "ECONNRESET") process.exit(1);
      throw error;
    });
  }
}
