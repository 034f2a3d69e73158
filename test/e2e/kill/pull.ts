import { expect } from "vitest";
import { imagesOf } from "../support/daemon.js";
import { Registry } from "../support/registry.js";
import type { Chain, Declared } from "./cases.js";

const STACK = "e2e-kill-pull";
const TYPE = "docker:index/remoteImage:RemoteImage";
const PULL = { method: "POST", path: /^\/images\/create$/ } as const;
const REMOVE = { method: "DELETE", path: /^\/images\/.+$/ } as const;

/** RemoteImage as it is pulled, from a registry of the test's own. */
export async function pullChain(): Promise<Chain> {
  const registry = await Registry.start();
  const references: string[] = [];
  for (const tag of ["1", "2"])
    references.push(await registry.add(`fleet-e2e/kill-pull:${tag}`, `version ${tag}`, { "fleet.stack": STACK }));
  const image = (version: number): Declared => ({
    type: "RemoteImage",
    name: "image",
    props: { name: references[version - 1] },
  });
  const creating = [`creating ${TYPE} image`];
  const deleting = [`deleting ${TYPE} image`];
  return {
    stack: STACK,
    start: [],
    verify: (declared) => expect(imagesOf(STACK)).toEqual(declared.map(({ props }) => props.name)),
    close: () => registry.close(),
    cases: [
      {
        title: "create, around and in the middle of its pull",
        declare: [image(1)],
        kills: [
          { at: { ...PULL, when: "before" }, pending: creating },
          { at: { ...PULL, when: "during" }, pending: creating },
          { at: { ...PULL, when: "after" }, pending: creating },
        ],
      },
      {
        title: "replace, after the pull of the new one, and as the old one goes",
        declare: [image(2)],
        kills: [
          { at: { ...PULL, when: "after" }, pending: creating },
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
      },
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
