import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { readZip } from "../../engine/assets/zip-reader.js";
import type { Review } from "../../review/types.js";
import type { GitHub } from "./github.js";
import { ArtifactFault, tooLarge } from "./limited.js";
import { type Meta, readMeta, readReview } from "./review-file.js";

/** Name of the artifact that a pull request's job leaves. */
export const ARTIFACT = "fleet-review";
/** Its files; no other is looked at. */
export const FILES = { meta: "meta.json", review: "review.json", plan: "plan.json", comment: "comment.md" } as const;

const MIB = 1024 * 1024;
/** Packed, bytes. */
const MOST_PACKED = 32 * MIB;
/** Unpacked, all files together, bytes. */
const MOST = 128 * MIB;

/** What a pull request's job has left, checked for its shape. None of it is true only because it says so. */
export interface Left {
  meta: Meta;
  /** Undefined: the job could not make it; `meta.failure` says why. */
  review: Review | undefined;
}

type Files = Map<string, Buffer>;

/** The artifact of a run. Undefined if the run left none. Rejects with ArtifactFault for one that is damaged, too large or not ours. */
export async function artifactOf(github: GitHub, run: number): Promise<Files | undefined> {
  const [newest] = await github.artifacts(run, ARTIFACT);
  if (newest === undefined) return undefined;
  if (newest.expired)
    throw new ArtifactFault(`the artifact of run ${run} has expired`, "run the review's workflow again");
  if (newest.size > MOST_PACKED) throw tooLarge(MOST_PACKED);
  return unzip(await github.download(newest.id, MOST_PACKED));
}

/** As {@link artifactOf}, from a folder. Links and whatever is no file are not followed. */
export async function artifactIn(folder: string): Promise<Files> {
  const wanted = new Set<string>(Object.values(FILES));
  const files: Files = new Map();
  let left = MOST;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !wanted.has(entry.name)) continue;
    const handle = await open(join(folder, entry.name));
    try {
      const { size } = await handle.stat();
      if (size > left) throw tooLarge(MOST);
      left -= size;
      files.set(entry.name, await handle.readFile());
    } finally {
      await handle.close();
    }
  }
  return files;
}

/** Nothing is written to the disk: a name in it is compared with those that are expected, and leads nowhere. */
function unzip(zip: Buffer): Files {
  const wanted = new Set<string>(Object.values(FILES));
  const files: Files = new Map();
  try {
    for (const { name, data } of readZip(zip, MOST)) {
      if (!wanted.has(name)) throw new Error(`it holds files that are not expected`);
      if (files.has(name)) throw new Error(`it holds ${name} twice`);
      files.set(name, data);
    }
  } catch (error) {
    throw new ArtifactFault(
      `the artifact cannot be read: ${(error as Error).message}`,
      "its pull request may have tampered with it: look at the run before you run anything of it",
    );
  }
  return files;
}

/** Reads what the job left. Throws ArtifactFault if it is not of the expected shape. */
export function contentsOf(files: Files): Left {
  const meta = files.get(FILES.meta);
  if (meta === undefined)
    throw new ArtifactFault(`the artifact has no ${FILES.meta}`, "run the review's workflow again");
  const review = files.get(FILES.review);
  return { meta: readMeta(meta.toString("utf8")), review: review && readReview(review.toString("utf8")) };
}
