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
      { title: "create, before", declare: [vol(1)], kills: [{ at: { ...CREATE, when: "before" }, pending: creating }] },
      { title: "delete, before", declare: [], kills: [{ at: { ...REMOVE, when: "before" }, pending: deleting }] },
      {
        title: "create, after: what was written into it meanwhile is still there",
        declare: [vol(1)],
        kills: [
          {
            at: { ...CREATE, when: "after" },
            pending: creating,
            meanwhile: () => writeVolume(NAME, "data", "precious"),
          },
        ],
        verify: () => expect(readVolume(NAME, "data")).toBe("precious"),
      },
      {
        title: "replace, before the old one goes",
        declare: [vol(2)],
        kills: [{ at: { ...REMOVE, when: "before" }, pending: deleting }],
        verify: hasVersion(2),
      },
      {
        title: "replace, after the old one went",
        declare: [vol(3)],
        kills: [{ at: { ...REMOVE, when: "after" }, pending: deleting }],
        verify: hasVersion(3),
      },
      {
        title: "replace, before the new one is made",
        declare: [vol(4)],
        kills: [{ at: { ...CREATE, when: "before" }, pending: creating }],
        verify: hasVersion(4),
      },
      {
        title: "replace, after the new one was made",
        declare: [vol(5)],
        kills: [{ at: { ...CREATE, when: "after" }, pending: creating }],
        verify: hasVersion(5),
      },
      {
        title: "delete, after; and the creation of another at the same time",
        declare: [kept],
        kills: [
          {
            at: { ...CREATE, when: "after" },
            pending: [`creating ${TYPE} kept`],
            meanwhile: () => writeVolume(KEPT, "data", "precious"),
          },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
      {
        title: "delete of a retained one: killed when it has left the state, it keeps its data",
        declare: [],
        kills: [{ at: { write: "after", copies: { of: `${TYPE} kept`, count: 0 } }, pending: [] }],
        remaining: { containers: [], networks: [], volumes: [KEPT] },
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
      {
        title: "create over a retained one, before: it is found again with its data",
        declare: [kept],
        kills: [{ at: { write: "after", pending: `creating ${TYPE} kept` }, pending: [`creating ${TYPE} kept`] }],
        verify: () => expect(readVolume(KEPT, "data")).toBe("precious"),
      },
    ],
  };
}
