import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { DockerfileImageSpec } from "../../spec/index.js";

/**
 * A hash of all that a build from a folder depends on: every file's path, executable bit and content, and the build's own
 * settings. Files that `.dockerignore` leaves out count too: at worst, an image is built that comes out the same.
 *
 * @throws RunError if the folder or its Dockerfile does not exist.
 */
export function contextHash(spec: DockerfileImageSpec): string {
  const dockerfile = join(spec.context, spec.dockerfile);
  if (!existsSync(dockerfile)) {
    throw new pulumi.RunError(`fleet:images ${spec.name}: there is no ${dockerfile} (paths start at ${process.cwd()})`);
  }
  const hash = createHash("sha256");
  hash.update(JSON.stringify([spec.dockerfile, Object.entries(spec.args).sort(), spec.target ?? null]));
  for (const path of walk(spec.context, "")) {
    const full = join(spec.context, path);
    const stat = lstatSync(full);
    const content = stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full);
    hash
      .update(JSON.stringify([path, stat.isSymbolicLink(), (stat.mode & 0o100) !== 0, content.length]))
      .update(content);
  }
  return hash.digest("hex");
}

function* walk(root: string, below: string): Generator<string> {
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      if (entry.name !== ".git") yield* walk(root, path);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      yield path;
    }
  }
}
