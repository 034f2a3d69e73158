import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { docker, IMAGE, imagesOf, inspect } from "../support/daemon.js";
import type { FleetProject } from "../support/fleet-project.js";
import type { Case, Chain, Declared } from "./cases.js";

const BUILD = { method: "POST", path: /^\/build$/ } as const;
const REMOVE = { method: "DELETE", path: /^\/images\/.+$/ } as const;

/** A build that takes a second, with the stack's label in the image. */
function writeContext(folder: string, stack: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "content"), content);
  const lines = [`FROM ${IMAGE}`, `LABEL fleet.stack=${stack}`, "COPY content /content", "RUN sleep 1"];
  writeFileSync(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
}

const contentOf = (image: string) => docker("run", "--rm", "--network", "none", image, "cat", "/content");

export function remoteImageChain(project: FleetProject): Chain {
  const STACK = "e2e-kill-remote-image";
  const TYPE = "docker:index/remoteImage:RemoteImage";
  const NAME = "fleet-e2e/kill-remote:1";
  // Relative to the folder in which `./fleet` runs.
  const context = (version: number) => `context-${version}`;
  const image = (version: number, more: Record<string, unknown> = {}): Declared => ({
    type: "RemoteImage",
    name: "image",
    props: { name: NAME, build: { context: context(version) }, ...more },
  });
  const creating = [`creating ${TYPE} image`];
  const updating = `updating ${TYPE} image`;
  const deleting = [`deleting ${TYPE} image`];
  const present = (title: string, version: number, kills: Case["kills"], more = {}): Case => ({
    title,
    declare: [image(version, more)],
    kills,
    verify: () => expect(contentOf(NAME)).toBe(`version ${version}`),
  });
  return {
    stack: STACK,
    start: [],
    afterStart: () => {
      for (const version of [1, 2]) writeContext(join(project.folder, context(version)), STACK, `version ${version}`);
    },
    verify: (declared) => expect(imagesOf(STACK)).toEqual(declared.map(() => NAME)),
    cases: [
      present("create, around and in the middle of its build", 1, [
        { at: { ...BUILD, when: "before" }, pending: creating },
        { at: { ...BUILD, when: "during" }, pending: creating },
        { at: { ...BUILD, when: "after" }, pending: creating },
      ]),
      present(
        "update",
        1,
        [
          { at: { write: "before", pending: updating }, pending: [] },
          { at: { write: "after", pending: updating }, pending: [updating] },
        ],
        { forceRemove: true },
      ),
      present("replace, after the build of the new one, and as the old one goes", 2, [
        { at: { ...BUILD, when: "after" }, pending: creating },
        { at: { ...REMOVE, when: "before" }, pending: deleting },
        { at: { ...REMOVE, when: "after" }, pending: deleting },
      ]),
      present(
        "replace by the very same image, before the old one leaves the state: the image stays",
        2,
        [{ at: { write: "after", copies: { of: `${TYPE} image`, count: 2 } }, pending: [] }],
        { triggers: { round: "2" } },
      ),
      {
        title: "delete",
        declare: [],
        kills: [
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
      },
    ],
  };
}

/** Deleting one leaves the image, as the vendor's plugin does: no request is sent for it. */
export function imageChain(project: FleetProject): Chain {
  const STACK = "e2e-kill-image";
  const TYPE = "docker:index/image:Image";
  const context = "context";
  const write = (content: string) => () => writeContext(join(project.folder, context), STACK, content);
  const nameOf = (version: number) => `fleet-e2e/kill-image:${version}`;
  const image = (version: number): Declared => ({
    type: "Image",
    name: "image",
    props: { imageName: nameOf(version), build: { context }, skipPush: true },
  });
  const creating = `creating ${TYPE} image`;
  const updating = `updating ${TYPE} image`;
  const deleting = `deleting ${TYPE} image`;
  const present = (title: string, version: number, content: string, kills: Case["kills"]): Case => ({
    title,
    prepare: write(content),
    declare: [image(version)],
    kills,
    verify: () => {
      expect(contentOf(nameOf(version))).toBe(content);
      const { resources } = project.checkpoint(STACK);
      const [state] = resources.filter(({ type }) => type === TYPE);
      expect(state?.outputs?.repoDigest).toBe(inspect("image", nameOf(version)).Id);
    },
  });
  return {
    stack: STACK,
    start: [],
    cases: [
      present("create", 1, "one", [
        { at: { ...BUILD, when: "before" }, pending: [creating] },
        { at: { ...BUILD, when: "after" }, pending: [creating] },
      ]),
      present("update, around and in the middle of its build", 1, "two", [
        { at: { ...BUILD, when: "before" }, pending: [updating] },
        { at: { ...BUILD, when: "during" }, pending: [updating] },
        { at: { ...BUILD, when: "after" }, pending: [updating] },
      ]),
      present("replace, around the build of the new one, and as the old one goes", 2, "three", [
        { at: { ...BUILD, when: "before" }, pending: [creating] },
        { at: { ...BUILD, when: "after" }, pending: [creating] },
        { at: { write: "before", pending: deleting }, pending: [] },
        { at: { write: "after", pending: deleting }, pending: [deleting] },
      ]),
      {
        title: "delete",
        declare: [],
        kills: [
          { at: { write: "before", pending: deleting }, pending: [] },
          { at: { write: "after", pending: deleting }, pending: [deleting] },
        ],
      },
    ],
  };
}
