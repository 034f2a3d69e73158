// Loaded into the program before the SDK: the config arrives through a pipe (fd 3), not in the environment of the process, where
// `ps e` and /proc/<pid>/environ would show its secrets.
const { closeSync, readSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

// Node.js loads this once more in the thread of its module hooks, when the pipe is used up.
if (isMainThread) readConfig();

function readConfig() {
  const chunks = [];
  const chunk = Buffer.alloc(65536);
  for (;;) {
    let count;
    try {
      count = readSync(3, chunk);
    } catch (error) {
      if (error.code === "EAGAIN") continue;
      if (error.code === "EOF") break;
      throw error;
    }
    if (count === 0) break;
    chunks.push(Buffer.from(chunk.subarray(0, count)));
  }
  closeSync(3);
  Object.assign(process.env, JSON.parse(Buffer.concat(chunks).toString("utf8")));
}
