// Loaded into the program before the SDK: the config arrives through a pipe, not in the environment of the process, where
// `ps e` and /proc/<pid>/environ would show its secrets. Workers and forks of the program inherit `--require` but not the pipe.
const { closeSync, readSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

const pipe = process.env.PULUMI_HERMETIC_CONFIG_FD;
if (pipe !== undefined && isMainThread) {
  delete process.env.PULUMI_HERMETIC_CONFIG_FD;
  Object.assign(process.env, JSON.parse(readAll(Number(pipe))));
}

function readAll(fd) {
  const chunks = [];
  const chunk = Buffer.alloc(65536);
  for (;;) {
    let count;
    try {
      count = readSync(fd, chunk);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      if (error.code === "EOF") break;
      throw error;
    }
    if (count === 0) break;
    chunks.push(Buffer.from(chunk.subarray(0, count)));
  }
  closeSync(fd);
  return Buffer.concat(chunks).toString("utf8");
}
