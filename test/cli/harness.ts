import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const toolkit = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A project in a folder of its own, with its state and the user's config folder in there too. */
export class TestProject {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-cli-")));
  readonly env: NodeJS.ProcessEnv;

  constructor(files: Record<string, string>) {
    // Both are read from the project's folder: tsx by node's --import, the toolkit's scripts by the program.
    symlinkSync(join(toolkit, "node_modules"), join(this.root, "node_modules"));
    symlinkSync(join(toolkit, "templates"), join(this.root, "templates"));
    this.write("Pulumi.yaml", readFileSync(join(toolkit, "Pulumi.yaml"), "utf8"));
    this.write("package.json", '{ "type": "module" }\n');
    this.write("index.ts", "export default async () => ({});\n");
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    mkdirSync(join(this.root, "home"));
    const inherited = Object.entries(process.env).filter(([key]) => !/^(PULUMI_|npm_|DOCKER_|VITEST)/.test(key));
    this.env = {
      ...Object.fromEntries(inherited),
      HOME: join(this.root, "home"),
      XDG_CONFIG_HOME: join(this.root, "config"),
      PULUMI_BACKEND_URL: `file://${this.root}/state`,
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
    };
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, ".."), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** Starts the real `./fleet` here. */
  start(args: string[], options: { env?: NodeJS.ProcessEnv; stdin?: string } = {}): ChildProcess {
    const child = spawn(join(toolkit, "fleet"), args, { cwd: this.root, env: { ...this.env, ...options.env } });
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
    return child;
  }

  /** Runs the real `./fleet` here to its end. */
  fleet(args: string[], options: { env?: NodeJS.ProcessEnv; stdin?: string } = {}): Promise<Result> {
    return ended(this.start(args, options));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What a process wrote, once it has ended. */
export function ended(child: ChildProcess): Promise<Result> {
  const result: Result = { code: null, stdout: "", stderr: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    result.stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    result.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...result, code }));
  });
}

/** A project that is removed after the test file. */
export function project(files: Record<string, string> = {}): TestProject {
  const made = new TestProject(files);
  afterAll(() => made.remove());
  return made;
}

/** A small stack that is right. */
export const STACK = `# the test fleet
config:
  fleet:machines:
    here: { on: docker }
  fleet:images:
    box: { from: "example.org/box:1" } # pulled
  fleet:agents:
    # the first of them
    ada:
      machine: here
      runtime: container
      image: box
      port: 28789
      volumes: { data: { path: /data } }
      resources: { memory: 64MiB, cpus: 1 } # small

    brook:
      machine: here
      runtime: container
      image: box
      reaches: [ada]
  fleet:secrets: {}
`;
