import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const toolkit = fileURLToPath(new URL("../../..", import.meta.url));

/** What a fleet's own repository has of the toolkit: the program, and what it is made of. */
const PROGRAM = [
  "index.ts",
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "components",
  "spec",
  "templates",
  "policies",
  "engine/transport",
];

/** A fleet in a git repository of its own: a base that is committed, and one change of it at a time. */
export class Repository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-diff-")));

  /** @param env variables that `./fleet` is given besides what it needs to run */
  constructor(private readonly env: NodeJS.ProcessEnv = {}) {
    for (const path of PROGRAM) cpSync(join(toolkit, path), join(this.root, path), { recursive: true });
    cpSync(join(import.meta.dirname, "fleet"), this.root, { recursive: true });
    symlinkSync(join(toolkit, "node_modules"), join(this.root, "node_modules"));
    this.write(".gitignore", "node_modules\n*.out\n");
    this.git("init", "--quiet", "--initial-branch=main");
    this.commit("The fleet");
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...identity, ...args], { cwd: this.root, encoding: "utf8" });
  }

  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, ".."), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Replaces a text that must be there. */
  edit(path: string, before: string | RegExp, after: string): void {
    const text = this.read(path);
    const edited = text.replace(before, after);
    if (edited === text) throw new Error(`${path} has no ${before}`);
    this.write(path, edited);
  }

  /** Commits a change on a branch of its own, from main on. */
  branch(name: string, change: (repository: this) => void): void {
    this.git("checkout", "--quiet", "-B", name, "main");
    change(this);
    this.commit(name);
  }

  /** What `./fleet diff` is started with here: no credential, no state, no passphrase. */
  get start(): { command: string; cwd: string; env: NodeJS.ProcessEnv } {
    const inherited = Object.entries(process.env).filter(([key]) => /^(PATH|HOME|NODE_|npm_config_|SSL_)/.test(key));
    return {
      command: join(toolkit, "fleet"),
      cwd: this.root,
      env: { ...Object.fromEntries(inherited), NO_COLOR: "1", ...this.env },
    };
  }

  /** Runs the real `./fleet diff` here; `-C folder`, as the first of the arguments, elsewhere. */
  diff(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { command, ...options } = this.start;
    return new Promise((done) => {
      const elsewhere = args[0] === "-C" ? args.splice(0, 2) : [];
      execFile(command, [...elsewhere, "diff", ...args], { ...options, maxBuffer: 1e9 }, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
