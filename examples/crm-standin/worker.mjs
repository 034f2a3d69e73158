// Takes what the server has put into the queue and counts it.
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./redis.mjs";

const url = process.env.REDIS_URL;
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
console.log("worker ready");
for (;;) {
  try {
    const [, job] = await ask(url, "BRPOP", "jobs", "5");
    if (job !== undefined) console.log(`done: ${job}, ${await ask(url, "INCR", "done")} in all`);
  } catch (error) {
    console.log(`the queue cannot be reached: ${error.message}`);
    await sleep(1000);
  }
}
