const { closeSync, readSync } = require("node:fs");

/** All that comes through a file descriptor until its other end is closed; waits for it. The descriptor is closed then. */
module.exports.readPipe = (fd) => {
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
};
