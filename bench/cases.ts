import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Measured, measure, typical } from "./measure.js";
import { BenchProject, type Engine, type Operation } from "./project.js";

/** One line of a table. */
export interface Figure {
  what: string;
  ours: Measured;
  /** The real engine, or docker-compose. */
  other?: Measured;
}

const OPERATIONS: Operation[] = ["create", "preview", "up", "destroy"];

/** The life of one stack of so many resources. The engines take turns, so that a busy moment meets both. */
export async function resourcesCase(size: number, repeat: number, withPulumi: boolean): Promise<Figure[]> {
  const engines: Engine[] = withPulumi ? ["hermetic", "pulumi"] : ["hermetic"];
  const project = new BenchProject("resources");
  try {
    project.stack("dev", { size });
    if (withPulumi) await project.initPulumi("dev");
    return await lives(project, engines, repeat);
  } finally {
    project.remove();
  }
}

/** Lives of the stack "dev", one after the other, and for each operation what it typically takes. */
async function lives(project: BenchProject, engines: Engine[], repeat: number): Promise<Figure[]> {
  const runs = new Map<string, Measured[]>();
  for (let life = 0; life < repeat; life++) {
    for (const operation of OPERATIONS) {
      for (const engine of engines) {
        const key = `${operation} ${engine}`;
        runs.set(key, [...(runs.get(key) ?? []), await project.run(engine, operation, "dev")]);
      }
    }
  }
  return OPERATIONS.map((what) => {
    const other = runs.get(`${what} pulumi`);
    return { what, ours: typical(runs.get(`${what} hermetic`) as Measured[]), other: other && typical(other) };
  });
}

/** No-change previews of so many stacks of ten resources, in one process. */
export async function stacksCase(count: number, repeat: number): Promise<Figure> {
  const project = new BenchProject("resources");
  try {
    const names = Array.from({ length: count }, (_, index) => `s${index}`);
    for (const name of names) project.stack(name, { size: 10 });
    const ours = await repeated(repeat, () => project.fleet("preview", "--all"));
    return { what: count === 1 ? "1 stack" : `${count} stacks`, ours };
  } finally {
    project.remove();
  }
}

/** A stack of so many claws, all that belongs to each of them, in simulation: what is planned is what a real server's would be. */
export async function clawsCase(count: number, repeat: number): Promise<Figure[]> {
  const project = new BenchProject("fleet");
  try {
    const claw = { machine: "server", runtime: "claw", image: "gather-claw:latest" };
    const names = Array.from({ length: count }, (_, index) => `user${index}`);
    project.declare("dev", {
      "fleet:machines": { server: { on: "docker" } },
      "fleet:edge": {
        front: { machine: "server", proxy: "traefik", domain: "gather.is", network: "gather_net", external: true },
      },
      "fleet:agents": Object.fromEntries(names.map((name) => [name, claw])),
    });
    const check = await repeated(repeat, () => project.fleet("check", "dev"));
    const create = await project.fleet("up", "dev", "--yes", "--skip-preview", "--simulate");
    const preview = await repeated(repeat, () => project.fleet("preview", "dev", "--expect-no-changes", "--simulate"));
    return [
      { what: "check", ours: check },
      { what: "create", ours: create },
      { what: "preview", ours: preview },
    ];
  } finally {
    await project.fleet("destroy", "dev", "--yes", "--skip-preview", "--simulate").catch(() => undefined);
    project.remove();
  }
}

async function repeated(times: number, run: () => Promise<Measured>): Promise<Measured> {
  const runs: Measured[] = [];
  for (let round = 0; round < times; round++) runs.push(await run());
  return typical(runs);
}

export interface DockerCase {
  figures: Figure[];
  /** What docker-compose, or its absence, is called in the table. */
  compose: string | undefined;
}

/** Ten containers with a volume each and a network, beside docker-compose with the same. */
export async function dockerCase(image: string, repeat: number): Promise<DockerCase> {
  const prefix = `fleet-bench-${process.pid}`;
  const project = new BenchProject("containers");
  const compose = findCompose();
  const folder = mkdtempSync(join(tmpdir(), "fleet-bench-compose-"));
  writeFileSync(join(folder, "docker-compose.yml"), composeFile(image));
  const composed = (...args: string[]) =>
    measure(compose![0]!, [...compose!.slice(1), "-p", `${prefix}c`, ...args], { cwd: folder, env: process.env });
  try {
    project.stack("dev", { size: 10, prefix, image });
    const ours: Record<string, Measured[]> = {};
    const theirs: Record<string, Measured[]> = {};
    const note = (into: Record<string, Measured[]>, what: string, run: Measured) => {
      into[what] = [...(into[what] ?? []), run];
    };
    for (let life = 0; life < repeat; life++) {
      for (const operation of OPERATIONS) {
        note(ours, operation, await project.run("hermetic", operation, "dev"));
        if (compose === undefined || operation === "preview") continue;
        const args = operation === "destroy" ? ["down", "--volumes", "--timeout", "0"] : ["up", "--detach"];
        note(theirs, operation, await composed(...args));
      }
    }
    const figures = OPERATIONS.map((what) => ({
      what,
      ours: typical(ours[what]!),
      other: theirs[what] && typical(theirs[what]),
    }));
    return { figures, compose: compose?.join(" ") };
  } finally {
    // Whatever a failed run has left.
    await project.run("hermetic", "destroy", "dev").catch(() => undefined);
    if (compose !== undefined) await composed("down", "--volumes", "--timeout", "0").catch(() => undefined);
    project.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function findCompose(): string[] | undefined {
  const works = (command: string[]) => spawnSync(command[0]!, [...command.slice(1), "version"]).status === 0;
  return [["docker", "compose"], ["docker-compose"]].find(works);
}

function composeFile(image: string): string {
  const names = Array.from({ length: 10 }, (_, index) => `c${index}`);
  const services = names.map(
    (name) =>
      `  ${name}: { image: "${image}", command: [sleep, "1000000"], volumes: ["${name}:/data"], networks: [net] }\n`,
  );
  const volumes = names.map((name) => `  ${name}: {}\n`);
  return `version: "3"\nservices:\n${services.join("")}volumes:\n${volumes.join("")}networks: { net: {} }\n`;
}
