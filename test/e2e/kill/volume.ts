import { expect } from "vitest";
import { inspect, readVolume, writeVolume } from "../support/daemon.js";
import { type Chain, type Declared, owned } from "./cases.js";

const STACK = "e2e-kill-volume";
const TYPE = "docker:index/volume:Volume";
const NAME = `${STACK}-vol`;
const KEPT = `${STACK}-kept`;

const vol = (version: number): Declared => ({
  type: "Volume",
  name: "vol",
  props: { name: NAME, labels: owned(STACK, "vol", ["version", String(version)]) },
});
/** As the components declare data volumes. */
const kept: Declared = {
  type: "Volume",
  name: "kept",
  props: { name: KEPT, labels: owned(STACK, "kept") },
  opts: { retainOnDelete: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
};

const CREATE = { method: "POST", path: /^\/volumes\/create$/ } as const;
const REMOVE = { method: "DELETE", path: /^\/volumes\/[\w-]+$/ } as const;

export function volumeChain(): Chain {
  const creating = [`creating ${TYPE} vol`];
  const deleting = [`deleting ${TYPE} vol`];
  const hasVersion = (version: number) => () => expect(inspect("volume", NAME).Labels.version).toBe(String(version));
  return {
    stack: STACK,
    start: [],
    cases: [
      {
        title: "create: what was written into it meanwhile is still there",
        declare: [vol(1)],
        kills: [
          { at: { ...CREATE, when: "before" }, pending: creating },
          {
            at: { ...CREATE, when: "after" },
            pending: creating,
            meanwhile: () => writeVolume(NAME, "data", "precious"),
          },
        ],
        verify: () => expect(readVolume(NAME, "data")).toBe("precious"),
      },
      {
        title: "replace, as the old one goes",
        declare: [vol(2)],
        kills: [
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
        verify: hasVersion(2),
      },
      {
        title: "replace, as the new one is made",
        declare: [vol(3)],
        kills: [
          { at: { ...CREATE, when: "before" }, pending: creating },
          { at: { ...CREATE, when: "after" }, pending: creating },
        ],
        verify: hasVersion(3),
      },
      {
        title: "delete, and the creation of another",
        declare: [kept],
        kills: [
          {
            at: { ...CREATE, when: "after" },
            pending: [`creating ${TYPE} kept`],
            meanwhile: () => writeVolume(KEPT, "data", "precious"),
          },
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
      {
        title: "delete of a retained one, when it has left the state: it keeps its data",
        declare: [],
        kills: [{ at: { write: "after", copies: { of: `${TYPE} kept`, count: 0 } }, pending: [] }],
        remaining: { containers: [], networks: [], volumes: [KEPT] },
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
      {
        title: "create over a retained one: it is found again with its data",
        declare: [kept],
        kills: [{ at: { write: "after", pending: `creating ${TYPE} kept` }, pending: [`creating ${TYPE} kept`] }],
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
    ],
  };
}
