import { spawnSync } from "node:child_process";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { clawsCase, dockerCase, type Figure, resourcesCase, stacksCase } from "./cases.js";
import { diffCase } from "./diff-case.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    image: { type: "string", default: "busybox" },
    "no-pulumi": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(
    "npm run bench -- [--quick] [--only resources|stacks|claws|diff|docker] [--no-pulumi] [--image <present locally>]\n",
  );
  process.exit(0);
}
const wanted = (what: string) => values.only === undefined || values.only === what;

/** The real engine takes minutes from here on: its state writes grow with the square of the resources. */
const LARGEST_FOR_PULUMI = 1_000;
const sizes = values.quick ? [10, 100] : [1, 10, 100, 1_000, 5_000];
const counts = values.quick ? [1, 10] : [1, 10, 100, 500];
const version = (command: string) => {
  const { status, stdout } = spawnSync(command, ["version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};
const pulumi = values["no-pulumi"] ? undefined : version("pulumi");

const say = (line = "") => process.stdout.write(`${line}\n`);
const [cpu] = cpus();
say(`Machine: ${availableParallelism()} processors (${cpu?.model.trim()}), ${gigabytes(totalmem())} memory,`);
say(`${platform()} ${release()} ${arch()}, Node ${process.version}. Real engine: ${pulumi ?? "none on PATH"}.`);
say("Wall clock in seconds, median of the runs; memory is the most that all processes of a run have together.");

if (wanted("resources")) {
  for (const size of sizes) {
    const repeat = size <= 10 ? 5 : size <= 100 ? 3 : 1;
    const withPulumi = pulumi !== undefined && size <= LARGEST_FOR_PULUMI;
    say(`\n${size} ${size === 1 ? "resource" : "resources"}, ${repeat} ${repeat === 1 ? "run" : "runs"}`);
    show(await resourcesCase(size, repeat, withPulumi), "pulumi");
  }
}

if (wanted("stacks")) {
  say("\nPreview of new stacks of ten resources, one process");
  const figures: Figure[] = [];
  for (const count of counts) figures.push(await stacksCase(count, count <= 10 ? 3 : 1));
  show(figures, "pulumi");
  const one = figures[0]!.ours.seconds;
  for (const { what, ours } of figures.slice(1)) say(`  ${what}: ${(ours.seconds / one).toFixed(1)} times one`);
}

if (wanted("claws")) {
  for (const count of values.quick ? [1, 10] : [1, 10, 100]) {
    say(`\nOne stack of ${count} ${count === 1 ? "claw" : "claws"}, simulated`);
    show(await clawsCase(count, 3), "pulumi");
  }
}

if (wanted("diff")) {
  say("\nReview of a template's change, simulated in both versions");
  const figures: Figure[] = [];
  for (const count of values.quick ? [1, 10] : [1, 10, 100]) figures.push(await diffCase(count, count <= 10 ? 3 : 1));
  show(figures, "pulumi");
  const one = figures[0]!.ours.seconds;
  for (const { what, ours } of figures.slice(1)) say(`  ${what}: ${(ours.seconds / one).toFixed(1)} times one`);
}

if (wanted("docker")) {
  if (version("docker") === undefined) say("\nDocker: not running here, left out");
  else {
    say("\nDocker: ten containers with a volume each, one network");
    const { figures, compose } = await dockerCase(values.image, values.quick ? 1 : 3);
    show(figures, compose ?? "docker-compose");
  }
}

function show(figures: Figure[], other: string): void {
  const compared = figures.some((figure) => figure.other);
  const head = ["", "time", "memory", ...(compared ? [other, "memory", "ratio"] : [])];
  const rows = figures.map(({ what, ours, other: theirs }) => [
    what,
    ours.seconds.toFixed(2),
    memory(ours.peakBytes),
    ...(compared
      ? [
          theirs ? theirs.seconds.toFixed(2) : "-",
          memory(theirs?.peakBytes),
          theirs ? (ours.seconds / theirs.seconds).toFixed(2) : "-",
        ]
      : []),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [head, ...rows]) {
    say(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  ")}`,
    );
  }
}

function memory(bytes: number | undefined): string {
  return bytes === undefined ? "-" : `${Math.round(bytes / 1024 ** 2)} MiB`;
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 3)} GiB`;
}
