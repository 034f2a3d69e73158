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
      { title: "create, before", declare: [net(1)], kills: [{ at: { ...CREATE, when: "before" }, pending: creating }] },
      { title: "delete, before", declare: [], kills: [{ at: { ...REMOVE, when: "before" }, pending: deleting }] },
      {
        title: "create, after: the very same network is taken up, and again when that is interrupted",
        declare: [net(1)],
        kills: [
          { at: { ...CREATE, when: "after" }, pending: creating, meanwhile: remember },
          { at: { write: "before", pending: `updating ${TYPE} net` }, pending: [] },
          { at: { write: "after", pending: `updating ${TYPE} net` }, pending: [`updating ${TYPE} net`] },
        ],
        verify: isSame,
      },
      {
        title: "replace, before the old one goes",
        declare: [net(2)],
        kills: [{ at: { ...REMOVE, when: "before" }, pending: deleting }],
        verify: hasMtu(2),
      },
      {
        title: "replace, after the old one went",
        declare: [net(3)],
        kills: [{ at: { ...REMOVE, when: "after" }, pending: deleting }],
        verify: hasMtu(3),
      },
      {
        title: "replace, before the new one is made",
        declare: [net(4)],
        kills: [{ at: { ...CREATE, when: "before" }, pending: creating }],
        verify: hasMtu(4),
      },
      {
        title: "replace, after the new one was made",
        declare: [net(5)],
        kills: [{ at: { ...CREATE, when: "after" }, pending: creating, meanwhile: remember }],
        verify: () => [isSame(), hasMtu(5)()],
      },
      {
        title: "create of one whose name the engine makes up, after",
        declare: [net(5), unnamed(1)],
        kills: [{ at: { ...CREATE, when: "after" }, pending: [`creating ${TYPE} auto`] }],
      },
      {
        title: "replace of that one, after the new one was made, and before the old one goes",
        declare: [net(5), unnamed(2)],
        kills: [
          { at: { ...CREATE, when: "after" }, pending: [`creating ${TYPE} auto`] },
          { at: { ...REMOVE, when: "before" }, pending: [`deleting ${TYPE} auto`] },
          { at: { ...REMOVE, when: "after" }, pending: [`deleting ${TYPE} auto`] },
        ],
      },
      {
        title: "delete, after",
        declare: [unnamed(2)],
        kills: [{ at: { ...REMOVE, when: "after" }, pending: deleting }],
      },
    ],
  };
}
