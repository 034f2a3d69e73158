import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, parseDocument } from "yaml";
import { pendingOf, readCheckpoint } from "./checkpoint.js";
import { type FleetOptions, FleetProcess, type FleetResult } from "./fleet.js";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
/** What a clone has and a copy does not. Without the lock file nothing is installed: the packages are the repository's own. */
const LEFT_OUT = new Set(["node_modules", ".git", ".fleet", "test", "coverage", "package-lock.json"]);

/**
 * A copy of the repository, with a state, a home and a configuration folder of its own, that is driven as a user drives a clone:
 * by `./fleet`. PULUMI_CONFIG_PASSPHRASE is not set, so that `./fleet` makes a passphrase of its own.
 */
export class ProjectCopy {
  /** Everything below is in here. */
  readonly root = mkdtempSync(join(tmpdir(), "fleet-e2e-project-"));
  readonly folder = join(this.root, "clone");
  readonly home = join(this.root, "home");
  /** Folder that the backend URL names; `.pulumi` is in it. */
  readonly backend = join(this.root, "backend");
  /** How every command ended, in order. */
  readonly results: FleetResult[] = [];
  #running = new Set<FleetProcess>();

  constructor() {
    for (const folder of [this.folder, this.home, this.backend]) mkdirSync(folder);
    for (const name of readdirSync(REPOSITORY)) {
      if (!LEFT_OUT.has(name)) cpSync(join(REPOSITORY, name), join(this.folder, name), { recursive: true });
    }
    for (const name of readdirSync(join(this.folder, "stacks"))) {
      if (name !== "Pulumi.local.yaml") rmSync(join(this.folder, "stacks", name));
    }
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.folder, "node_modules"));
  }

  get env(): Record<string, string | undefined> {
    return {
      PATH: process.env.PATH,
      // What a build needs to get out; nothing else of the tests' own surroundings.
      ...inherited(
        /^(https?|no|all)_proxy$|^npm_config_registry$|^NODE_EXTRA_CA_CERTS$|^SSL_CERT_(FILE|DIR)$|^DOCKER_HOST$/i,
      ),
      HOME: this.home,
      XDG_CONFIG_HOME: join(this.home, ".config"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      NO_COLOR: "1",
    };
  }

  /** The passphrase that `./fleet` made; undefined before. */
  get passphrase(): string | undefined {
    try {
      return readFileSync(this.passphraseFile, "utf8").trim();
    } catch {
      return undefined;
    }
  }

  get passphraseFile(): string {
    return join(this.home, ".config", "agent-fleet", "passphrase");
  }

  stackFile(stack: string): string {
    return join(this.folder, "stacks", `Pulumi.${stack}.yaml`);
  }

  readStack(stack: string): string {
    return readFileSync(this.stackFile(stack), "utf8");
  }

  writeStack(stack: string, text: string): void {
    writeFileSync(this.stackFile(stack), text);
  }

  /** Writes a stack file from its sections, without their namespace. */
  declare(stack: string, sections: Record<string, unknown>): void {
    const config = Object.fromEntries(Object.entries(sections).map(([name, section]) => [`fleet:${name}`, section]));
    this.writeStack(stack, JSON.stringify({ config }, undefined, 2));
  }

  /** Changes a stack file as an editor would: what is not touched stays as it is. */
  editStack(stack: string, edit: (document: Document) => void, into = stack): void {
    const document = parseDocument(this.readStack(stack));
    edit(document);
    this.writeStack(into, document.toString({ lineWidth: 0 }));
  }

  /** The checkpoint's file. */
  stateFile(stack: string): string {
    return join(this.backend, ".pulumi", "stacks", "fleet", `${stack}.json`);
  }

  /** Operations that the state has as begun and not ended. */
  pending(stack: string): string[] {
    return pendingOf(readCheckpoint(this.stateFile(stack)));
  }

  start(args: string[], options: FleetOptions = {}): FleetProcess {
    const env = { ...this.env, ...options.env };
    const known = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
    const running = new FleetProcess(join(this.folder, "fleet"), args, this.folder, known, options);
    this.#running.add(running);
    running.ended
      .then((result) => this.results.push(result))
      .finally(() => this.#running.delete(running))
      .catch(() => {});
    return running;
  }

  /** Runs `./fleet <args>` to its end, whatever that is. */
  async run(args: string[], options?: FleetOptions): Promise<FleetResult> {
    return this.start(args, options).ended;
  }

  /** Runs `./fleet <args>`, which must succeed, and gives what it printed. */
  async fleet(...args: string[]): Promise<string> {
    return succeeded(await this.run(args)).stdout;
  }

  /** Lets another user of the machine run the copy. */
  openToOthers(): void {
    chmodSync(this.root, 0o755);
  }

  /** Ends what still runs and removes everything. */
  async close(): Promise<void> {
    for (const running of this.#running) {
      running.signalGroup("SIGKILL");
      await running.ended.catch(() => {});
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Fails with all that was printed if the command did not end with 0. */
export function succeeded(result: FleetResult): FleetResult {
  const { code, signal, args, stdout, stderr } = result;
  if (code !== 0) throw new Error(`./fleet ${args.join(" ")} ended with ${code ?? signal}:\n${stdout}\n${stderr}`);
  return result;
}

function inherited(wanted: RegExp): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)));
}

/** As many ports of the loopback address as asked for that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
