// Runs one program after another in a process that has the SDK loaded, each in an async context of its own, the way
// `@pulumi/pulumi/cmd/run` does in a process of its own. Argument: the folder of @pulumi/pulumi. Talks over IPC; see warm-host.ts.
const { join } = require("node:path");

const sdk = process.argv[2];
require("../../../engine/in-process/callback-context.cjs").bindCallbacks(sdk);
const load = (path) => require(join(sdk, path));
const log = load("log");
const settings = load("runtime/settings");
const state = load("runtime/state");
const stack = load("runtime/stack");
const { RunError, ResourceError } = load("errors");
const { defaultErrorMessage } = load("cmd/run/error");

/** The exit code for: failed, and the log says why. */
const TOLD = 32;
let current;

for (const event of ["uncaughtException", "unhandledRejection"]) process.on(event, (error) => current?.fail(error));

// Whoever started it is gone, killed perhaps.
process.on("disconnect", () => process.exit(0));

process.on("message", async (launch) => {
  const { folder, env } = launch;
  process.chdir(folder);
  const kept = { ...process.env };
  Object.assign(process.env, env);
  for (const file of Object.keys(require.cache)) if (file.startsWith(`${folder}/`)) delete require.cache[file];
  const code = await state.withLocalStorage(() => run(folder));
  current = undefined;
  for (const key of Object.keys(process.env)) if (!(key in kept)) delete process.env[key];
  Object.assign(process.env, kept);
  // The streams and the channel are read apart: what was printed ends with a mark.
  for (const stream of [process.stdout, process.stderr]) stream.write(`\n${launch.mark}\n`);
  process.send({ code });
});

async function run(folder) {
  const failures = new Set();
  const store = state.getStore();
  current = { fail: (error) => globalThis.asyncLocalStorage.run(store, tell, error) };

  function tell(error) {
    if (failures.has(error)) return;
    failures.add(error);
    if (RunError.isInstance(error)) log.error(error.message);
    else if (ResourceError.isInstance(error))
      log.error(error.hideStack ? error.message : defaultErrorMessage(error), error.resource);
    else log.error(`Running program '${folder}' failed with an unhandled exception:\n${defaultErrorMessage(error)}`);
  }

  const program = async () => {
    const exported = require(`${folder}/`);
    return await (exported instanceof Function ? exported() : exported);
  };
  const ended = stack.runInPulumiStack(program).then(
    () => true,
    (error) => {
      tell(error);
      return true;
    },
  );
  // When the engine is done with a program, calls of the SDK never return: its process would come to its end by itself.
  const live = await Promise.race([ended, terminated(store)]);
  if (!live) {
    settings.disconnectSync();
    return 1;
  }
  await settled();
  if (store.terminated || failures.size > 0) {
    settings.disconnectSync();
    return failures.size > 0 ? TOLD : 1;
  }
  await settings.disconnect(true);
  return failures.size > 0 ? TOLD : 0;
}

/** All calls have ended, and what came of their results. */
async function settled() {
  for (let turn = 0; turn < 3; turn++) {
    await settings.waitForRPCs();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function terminated(store) {
  while (!store.terminated) await new Promise((resolve) => setTimeout(resolve, 10));
  return false;
}
