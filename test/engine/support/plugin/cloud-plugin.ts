// The fake cloud's provider, served as `pulumi-resource-cloud <engine>` is. Environment:
// - CLOUD_FILE: the cloud's objects; several plugins and the test may use one file at the same time;
// - CLOUD_OPTIONS: JSON of CloudPluginOptions.
// `<CLOUD_FILE>.journal` gets a line of JSON for every call that reached the cloud, and `<CLOUD_FILE>.calls` one for every
// request to the plugin. `<CLOUD_FILE>.faults` is a JSON list of FAULTS: each happens once, to the next operation that matches.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { FakeCloud, type Hook } from "../cloud.js";
import { type CloudProviderOptions, cloudProvider } from "../cloud-provider.js";
import { locked } from "./file-lock.js";
import { serveProvider } from "./serve-provider.js";

/** What is to go wrong: `error` fails the call, `exit` ends the plugin, `hang` never answers. */
export interface Fault {
  op: string;
  name: string;
  phase: "before" | "after";
  act: "error" | "exit" | "hang";
}

export interface CloudPluginOptions extends Omit<CloudProviderOptions, "onConfigure"> {
  /** False for a plugin of the time before Handshake. */
  handshake?: boolean;
  version?: string;
}

const file = process.env.CLOUD_FILE;
if (file === undefined) {
  process.stderr.write("pulumi-resource-cloud: CLOUD_FILE is not set\n");
  process.exit(1);
}

/** A cloud in a file that other processes change too. */
class SharedCloud extends FakeCloud {
  #inside = false;

  override save(): void {
    if (this.#inside) super.save();
  }

  override operate<T>(
    entry: Parameters<FakeCloud["operate"]>[0],
    signal: AbortSignal | undefined,
    effect: () => T,
  ): Promise<T> {
    return super.operate(entry, signal, () =>
      locked(`${file}.lock`, () => {
        this.reload();
        this.#inside = true;
        try {
          return effect();
        } finally {
          this.save();
          this.#inside = false;
        }
      }),
    );
  }
}

const cloud = new SharedCloud(file);
const journal: Hook = (entry) => appendFileSync(`${file}.journal`, `${JSON.stringify(entry)}\n`);
const faults: Hook = async (entry) => {
  const fault = locked(`${file}.lock`, () => {
    const path = `${file}.faults`;
    if (!existsSync(path)) return undefined;
    const list = JSON.parse(readFileSync(path, "utf8")) as Fault[];
    const at = list.findIndex(({ op, name, phase }) => op === entry.op && name === entry.name && phase === entry.phase);
    if (at < 0) return undefined;
    const [found] = list.splice(at, 1);
    writeFileSync(path, JSON.stringify(list));
    return found;
  });
  if (fault?.act === "error") throw new Error(`${entry.op} ${entry.name}: the cloud says no`);
  if (fault?.act === "exit") process.exit(3);
  if (fault?.act === "hang") await new Promise(() => {});
};
cloud.hooks.push(journal, faults);

const options = JSON.parse(process.env.CLOUD_OPTIONS ?? "{}") as CloudPluginOptions;
const { port } = await serveProvider(
  (pkg) =>
    cloudProvider(cloud, {
      recovers: false,
      ...options,
      package: pkg,
    })(),
  {
    package: options.package ?? "cloud",
    version: options.version ?? "1.0.0",
    handshake: options.handshake ?? true,
    onCall: (call) => appendFileSync(`${file}.calls`, `${JSON.stringify(call)}\n`),
  },
);
// Its first line is how an engine finds it.
process.stdout.write(`${port}\n`);
