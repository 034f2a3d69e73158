import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import {
  type EngineEvent,
  openBackend,
  openProject,
  type Provider,
  type ProviderFactory,
  type RunResult,
  run,
} from "../../engine/index.js";
import { builtinProviders, simulatedProvider } from "../../engine/providers/index.js";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const SIMULATED = ["cloudflare", "command", "digitalocean", "docker"];

export interface Ran extends RunResult {
  /** What was asked of providers, in order: `create lab-web-droplet`. */
  calls: string[];
  /** Finished steps but those in which nothing happens: `create-replacement lab-web-droplet`. */
  steps: string[];
  /** Errors as they were shown. */
  shown: string[];
}

/** The repository's own program in a folder of its own, with stack files and a state of its own, brought up with simulated providers. */
export class SimulatedFleet {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-simulated-"));
  /** Calls that fail, once: `create lab-web-ready`. */
  readonly faults = new Set<string>();
  #calls: string[] = [];

  constructor() {
    for (const name of ["node_modules", "package.json", "index.ts"])
      symlinkSync(join(REPOSITORY, name), join(this.folder, name));
    mkdirSync(join(this.folder, "stacks"));
    mkdirSync(join(this.folder, "state"));
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: "--import tsx" } };
    const project = { name: "fleet", main: "index.ts", stackConfigDir: "stacks", runtime };
    writeFileSync(join(this.folder, "Pulumi.yaml"), stringify(project));
  }

  /** Writes a stack's file. */
  declare(stack: string, sections: Record<string, unknown>): void {
    const config = Object.fromEntries(Object.entries(sections).map(([name, value]) => [`fleet:${name}`, value]));
    writeFileSync(join(this.folder, "stacks", `Pulumi.${stack}.yaml`), stringify({ config }));
  }

  async up(stack: string, { preview = false } = {}): Promise<Ran> {
    return this.#run("update", stack, preview);
  }

  async destroy(stack: string): Promise<Ran> {
    return this.#run("destroy", stack, false);
  }

  /** The inputs and outputs of a stack's resources, by type (its last part) and name. */
  async resources(stack: string) {
    const stored = await this.#backend.load("fleet", stack);
    const { checkpoint } = JSON.parse(stored!.text) as {
      checkpoint: { latest: { resources: { urn: string; id?: string; inputs?: object; outputs?: object }[] } };
    };
    return Object.fromEntries(
      checkpoint.latest.resources.map((resource) => {
        const [type, name] = resource.urn.split("::").slice(-2);
        return [`${type!.split(":").at(-1)} ${name}`, resource];
      }),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #backend() {
    return openBackend(`file://${join(this.folder, "state")}`, { cwd: this.folder, env: {} });
  }

  async #run(kind: "update" | "destroy", stack: string, preview: boolean): Promise<Ran> {
    const events: EngineEvent[] = [];
    this.#calls = [];
    const result = await run(kind, preview, {
      project: await openProject(resolve(this.folder)),
      stack,
      backend: this.#backend,
      providers: { ...builtinProviders, ...Object.fromEntries(SIMULATED.map((name) => [name, this.#watched(name)])) },
      plugins: false,
      passphrase: async () => "test",
      onEvent: (event) => events.push(event),
    });
    const told = events.flatMap((event) =>
      event.kind === "diagnostic" && event.severity === "error" ? [event.message] : [],
    );
    const steps = events.flatMap((event) =>
      event.kind === "step-done" && event.step.op !== "same" && event.step.custom
        ? [`${event.step.op} ${event.step.name}`]
        : [],
    );
    return { ...result, calls: this.#calls, steps, shown: told };
  }

  /** A simulated provider that tells what is asked of it. */
  #watched(pkg: string): ProviderFactory {
    return (context) => {
      const provider = simulatedProvider(pkg)(context);
      const note = async <T>(method: string, request: { urn: string; preview?: boolean }, act: () => Promise<T>) => {
        const call = `${method} ${request.urn.split("::").at(-1)}`;
        if (request.preview) return act();
        if (this.faults.delete(call)) throw new Error(`${call} fails`);
        const result = await act();
        this.#calls.push(call);
        return result;
      };
      return new Proxy(provider, {
        get: (target, key) => {
          const value = target[key as keyof Provider];
          if (typeof value !== "function") return value;
          const method = value.bind(target) as (request: { urn: string }) => Promise<unknown>;
          if (!["create", "update", "delete"].includes(String(key))) return method;
          return (request: { urn: string; preview?: boolean }) => note(String(key), request, () => method(request));
        },
      });
    };
  }
}
