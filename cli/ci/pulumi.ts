import { spawn } from "node:child_process";
import type { Project } from "../../engine/project/project.js";
import { FleetError } from "../errors.js";
import { type RealPlan, readDigest } from "./digest.js";

/** The real Pulumi on a runner, for one project. */
export class Pulumi {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;

  /** Throws FleetError for a state in files: on a runner it is empty, so all that exists would be made a second time. */
  constructor(project: Project, env: NodeJS.ProcessEnv = process.env) {
    const backend = env.PULUMI_BACKEND_URL || project.backendUrl;
    if (backend?.startsWith("file:"))
      throw new FleetError(
        "the stacks' state is in files, and on a runner there are none: everything would be made a second time",
        "set the repository's variable FLEET_BACKEND_URL to an object store (s3://…, gs://…, azblob://…) or to Pulumi Cloud",
      );
    this.#root = project.root;
    this.#env = environment(env);
  }

  /** Stacks of the project that have a state. */
  async stacks(): Promise<Set<string>> {
    const { stdout } = await this.#run(["stack", "ls", "--json"], "list the stacks");
    try {
      const all = JSON.parse(stdout) as { name: string }[];
      return new Set(all.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
    } catch {
      throw new FleetError("Pulumi's list of stacks cannot be read", "use the version in docs/ci.md", 1);
    }
  }

  async create(stack: string): Promise<void> {
    await this.#run(["stack", "init", stack, "--no-select"], `create ${stack}`);
  }

  /** What `up` would do. Nothing of it is shown: the digest has whole states. */
  async preview(
    stack: string,
    { packs = [], refresh = false }: { packs?: string[]; refresh?: boolean } = {},
  ): Promise<RealPlan> {
    const args = ["preview", "--stack", stack, "--json", ...(refresh ? ["--refresh"] : []), ...packArguments(packs)];
    const { stdout } = await this.#run(args, `preview ${stack}`);
    return readDigest(stdout);
  }

  async up(stack: string, packs: string[]): Promise<void> {
    const args = ["up", "--stack", stack, "--yes", "--skip-preview", ...packArguments(packs)];
    await this.#run(args, `bring ${stack} up`, { show: true });
  }

  #run(args: string[], what: string, { show = false } = {}): Promise<{ stdout: string }> {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.#root,
      env: this.#env,
      stdio: ["ignore", show ? "inherit" : "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    return new Promise((done, reject) => {
      child.once("error", ({ code, message }: NodeJS.ErrnoException) => {
        if (code !== "ENOENT") return reject(new FleetError(`pulumi cannot be started: ${message}`, undefined, 1));
        reject(new FleetError("pulumi is not on PATH", "install it in a step before this one: see docs/ci.md"));
      });
      child.once("close", (code, signal) => {
        if (code === 0) return done({ stdout });
        process.stderr.write(diagnostics(stdout));
        reject(
          new FleetError(`Pulumi could not ${what} (${signal ?? `exit code ${code}`})`, "the lines above say why", 1),
        );
      });
    });
  }
}

const packArguments = (packs: string[]): string[] => packs.flatMap((pack) => ["--policy-pack", pack]);

/** With --json the faults are in the digest, where the engine has masked secrets already. */
function diagnostics(stdout: string): string {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { severity: string; message: string }[] };
    const faults = diagnostics.filter(({ severity }) => severity === "error");
    return faults.map(({ message }) => `${message.trimEnd()}\n`).join("");
  } catch {
    return "";
  }
}

/** The token of the job is not for the program. Azure's provider asks for its identity by these names. */
function environment({
  GITHUB_TOKEN: _,
  PULUMI_ENABLE_STREAMING_JSON_PREVIEW: __,
  ...env
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    ARM_OIDC_REQUEST_TOKEN: env.ARM_OIDC_REQUEST_TOKEN ?? env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    ARM_OIDC_REQUEST_URL: env.ARM_OIDC_REQUEST_URL ?? env.ACTIONS_ID_TOKEN_REQUEST_URL,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
