import { expect } from "vitest";
import { inspect } from "../support/daemon.js";
import { type Chain, type Declared, owned } from "./cases.js";

const STACK = "e2e-kill-network";
const TYPE = "docker:index/network:Network";
const NAME = `${STACK}-net`;

const net = (version: number): Declared => ({
  type: "Network",
  name: "net",
  props: {
    name: NAME,
    driver: "bridge",
    labels: owned(STACK, "net"),
    options: { "com.docker.network.driver.mtu": String(1400 + version) },
  },
});
/** A name that the engine makes up lets the new one be made before the old one goes. */
const unnamed = (version: number): Declared => ({
  type: "Network",
  name: "auto",
  props: { driver: "bridge", labels: owned(STACK, "auto", ["version", String(version)]) },
});

const CREATE = { method: "POST", path: /^\/networks\/create$/ } as const;
const REMOVE = { method: "DELETE", path: /^\/networks\/\w+$/ } as const;

export function networkChain(): Chain {
  let seen = "";
  const remember = () => {
    seen = inspect("network", NAME).Id;
  };
  const isSame = () => expect(inspect("network", NAME).Id).toBe(seen);
  const hasMtu = (version: number) => () =>
    expect(inspect("network", NAME).Options["com.docker.network.driver.mtu"]).toBe(String(1400 + version));
  const creating = [`creating ${TYPE} net`];
  const deleting = [`deleting ${TYPE} net`];
  return {
    stack: STACK,
    start: [],
    cases: [
      {
        title: "create: the very same network is taken up, and again when that is interrupted",
        declare: [net(1)],
        kills: [
          { at: { ...CREATE, when: "before" }, pending: creating },
          { at: { ...CREATE, when: "after" }, pending: creating, meanwhile: remember },
          { at: { write: "before", pending: `updating ${TYPE} net` }, pending: [] },
          { at: { write: "after", pending: `updating ${TYPE} net` }, pending: [`updating ${TYPE} net`] },
        ],
        verify: isSame,
      },
      {
        title: "replace, as the old one goes",
        declare: [net(2)],
        kills: [
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
        verify: hasMtu(2),
      },
      {
        title: "replace, as the new one is made",
        declare: [net(3)],
        kills: [
          { at: { ...CREATE, when: "before" }, pending: creating },
          { at: { ...CREATE, when: "after" }, pending: creating, meanwhile: remember },
        ],
        verify: () => [isSame(), hasMtu(3)()],
      },
      {
        title: "create of one whose name the engine makes up",
        declare: [net(3), unnamed(1)],
        kills: [{ at: { ...CREATE, when: "after" }, pending: [`creating ${TYPE} auto`] }],
      },
      {
        title: "replace of that one, whose new one is made before the old one goes",
        declare: [net(3), unnamed(2)],
        kills: [
          { at: { ...CREATE, when: "after" }, pending: [`creating ${TYPE} auto`] },
          { at: { ...REMOVE, when: "before" }, pending: [`deleting ${TYPE} auto`] },
          { at: { ...REMOVE, when: "after" }, pending: [`deleting ${TYPE} auto`] },
        ],
      },
      {
        title: "delete",
        declare: [unnamed(2)],
        kills: [
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
      },
    ],
  };
}
