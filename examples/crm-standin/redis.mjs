// As much of Redis' protocol as a queue needs.
import { connect } from "node:net";

/** Asks Redis one thing; gives its answer as it stands, without the mark and the lengths. */
export function ask(url, ...words) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port || 6379), hostname);
    let answer = "";
    socket.once("error", reject);
    socket.once("connect", () => {
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join("")}`);
    });
    socket.on("data", (chunk) => {
      answer += chunk;
      if (!isWhole(answer)) return;
      socket.destroy();
      if (answer.startsWith("-")) reject(new Error(answer.slice(1).trim()));
      else
        resolve(
          answer
            .split("\r\n")
            .filter((line) => line !== "" && !/^[*$]-?\d+$/.test(line))
            .map((line) => line.replace(/^[+:]/, "")),
        );
    });
  });
}

/** An answer to LPUSH, INCR or PING is one line; to BRPOP a list of two, or of none. */
function isWhole(answer) {
  const list = /^\*(-?\d+)\r\n/.exec(answer);
  if (!list) return answer.endsWith("\r\n");
  return Number(list[1]) < 1 || answer.split("\r\n").length >= 2 + 2 * Number(list[1]);
}
