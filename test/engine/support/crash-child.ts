// Runs `up` in a process of its own and kills that process at a chosen point. Arguments: project folder, and the number of the point
// or 0 to go through and count. Every point that is reached is told on stdout, so that the test knows what was going on.
import { writeSync } from "node:fs";
import { type Backend, openBackend, openProject, run } from "../../../engine/index.js";
import { FakeCloud } from "./cloud.js";
import { cloudProvider } from "./cloud-provider.js";
import { PASSPHRASE, parallelOf } from "./crash.js";

const [folder = "", target = "0", only = ""] = process.argv.slice(2);
let count = 0;
/** In this order nothing is lost: the line is out before the process is gone. */
function point(what: string): void {
  if (only !== "" && !new RegExp(only).test(what)) return;
  count++;
  writeSync(1, `${what}\n`);
  if (String(count) === target) process.kill(process.pid, "SIGKILL");
}

const cloud = new FakeCloud(`${folder}/cloud.json`);
cloud.hooks.push(({ op, name, phase }) => {
  if (op !== "read") point(`${phase} ${op} ${name}`);
});
const inner = openBackend(`file://${folder}/state`, { cwd: folder, env: {} });
const backend = new Proxy(inner, {
  get(object, key: keyof Backend) {
    if (key !== "write") return typeof object[key] === "function" ? object[key].bind(object) : object[key];
    return async (project: string, stack: string, text: string) => {
      point("before write");
      await object.write(project, stack, text);
      point("after write");
    };
  },
});
const result = await run("update", false, {
  project: await openProject(folder),
  stack: "dev",
  backend,
  providers: { cloud: cloudProvider(cloud) },
  passphrase: async () => PASSPHRASE,
  parallel: parallelOf(process.env),
  onEvent: () => {},
});
if (result.outcome !== "succeeded") {
  writeSync(2, result.errors.join("\n"));
  process.exit(1);
}
