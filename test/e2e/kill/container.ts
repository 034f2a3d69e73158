import { expect } from "vitest";
import { docker, IMAGE, inspect, readVolume, writeVolume } from "../support/daemon.js";
import { type Case, type Chain, type Declared, owned } from "./cases.js";

const STACK = "e2e-kill-container";
const TYPE = "docker:index/container:Container";
const NAME = `${STACK}-app`;
const MEBIBYTE = 1024 * 1024;

interface Options {
  memory?: number;
  version?: number;
  /** Healthy two seconds after its start. */
  health?: boolean;
}

const network = (name: string): Declared => ({
  type: "Network",
  name,
  props: { name: `${STACK}-${name}`, labels: owned(STACK, name) },
});
const data: Declared = { type: "Volume", name: "data", props: { name: `${STACK}-data`, labels: owned(STACK, "data") } };
const base = [network("one"), network("two"), data];

const app = ({ memory = 32, version = 1, health = false }: Options = {}): Declared => ({
  type: "Container",
  name: "app",
  props: {
    name: NAME,
    image: IMAGE,
    command: ["sh", "-c", "sleep 2; touch /tmp/ok; exec sleep 3600"],
    envs: [`VERSION=${version}`],
    labels: owned(STACK, "app"),
    init: true,
    memory,
    memorySwap: memory,
    restart: "unless-stopped",
    networksAdvanced: [{ name: `\${one.name}`, aliases: ["app"] }, { name: `\${two.name}` }],
    volumes: [{ volumeName: `\${data.name}`, containerPath: "/data" }],
    destroyGraceSeconds: 1,
    ...(health && {
      healthcheck: { tests: ["CMD", "test", "-e", "/tmp/ok"], interval: "1s", timeout: "5s", retries: 30 },
      wait: true,
    }),
  },
  opts: { deleteBeforeReplace: true },
});

const CREATE = { method: "POST", path: /^\/containers\/create$/ } as const;
const CONNECT = { method: "POST", path: /^\/networks\/[\w-]+\/connect$/ } as const;
const START = { method: "POST", path: /^\/containers\/\w+\/start$/ } as const;
const READ = { method: "GET", path: /^\/containers\/\w+\/json$/ } as const;
const UPDATE = { method: "POST", path: /^\/containers\/\w+\/update$/ } as const;
const STOP = { method: "POST", path: /^\/containers\/\w+\/stop$/ } as const;
const REMOVE = { method: "DELETE", path: /^\/containers\/\w+$/ } as const;

export function containerChain(): Chain {
  const creating = [`creating ${TYPE} app`];
  const updating = [`updating ${TYPE} app`];
  const deleting = [`deleting ${TYPE} app`];
  let seen = "";
  const remember = () => {
    seen = inspect("container", NAME).Id;
  };
  const isSame = () => expect(inspect("container", NAME).Id).toBe(seen);
  const runs = (options: Options = {}): Case["verify"] => {
    const { memory = 32, version = 1, health = false } = options;
    return () => {
      const { State, HostConfig, Config, NetworkSettings } = inspect("container", NAME);
      expect(State.Running).toBe(true);
      if (health) expect(State.Health.Status).toBe("healthy");
      expect(HostConfig.Memory).toBe(memory * MEBIBYTE);
      expect(Config.Env).toContain(`VERSION=${version}`);
      expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([`${STACK}-one`, `${STACK}-two`]);
      expect(docker("exec", NAME, "cat", "/data/file")).toBe("precious");
    };
  };
  const present = (title: string, options: Options, ...kills: Case["kills"]): Case => ({
    title,
    declare: [...base, app(options)],
    kills,
    verify: runs(options),
  });
  const sameAfter = (one: Case): Case => ({ ...one, verify: () => [one.verify?.(), isSame()] });

  return {
    stack: STACK,
    start: base,
    afterStart: () => writeVolume(`${STACK}-data`, "file", "precious"),
    verify: () => expect(readVolume(`${STACK}-data`, "file")).toBe("precious"),
    cases: [
      sameAfter(
        present(
          "create, at each step; and as a half-made one is removed",
          {},
          { at: { ...CREATE, when: "before" }, pending: creating },
          { at: { ...CREATE, when: "after" }, pending: creating },
          { at: { ...REMOVE, when: "before" }, pending: creating },
          { at: { ...REMOVE, when: "after" }, pending: creating },
          { at: { ...CONNECT, when: "before" }, pending: creating },
          { at: { ...START, when: "before" }, pending: creating },
          // It is complete: the very same container is taken up.
          { at: { ...START, when: "after" }, pending: creating, meanwhile: remember },
        ),
      ),
      sameAfter(
        present(
          "update",
          { memory: 48 },
          { at: { ...UPDATE, when: "before" }, pending: updating },
          { at: { ...UPDATE, when: "after" }, pending: updating },
        ),
      ),
      present(
        "replace, as the old one goes",
        { version: 2 },
        { at: { ...STOP, when: "before" }, pending: deleting },
        { at: { ...REMOVE, when: "after" }, pending: deleting },
      ),
      present(
        "replace, as the new one is made",
        { version: 3 },
        { at: { ...CREATE, when: "before" }, pending: creating },
        { at: { ...CREATE, when: "after" }, pending: creating },
      ),
      sameAfter(
        present(
          "replace, while it waits for the new one's health, twice",
          { version: 4, health: true },
          { at: { ...READ, nth: 4, when: "after" }, pending: creating, meanwhile: remember },
          { at: { ...READ, when: "before" }, pending: creating },
        ),
      ),
      {
        title: "delete, at each step",
        declare: base,
        kills: [
          { at: { ...STOP, when: "before" }, pending: deleting },
          { at: { ...STOP, when: "during" }, pending: deleting },
          { at: { ...REMOVE, when: "before" }, pending: deleting },
          { at: { ...REMOVE, when: "after" }, pending: deleting },
        ],
      },
    ],
  };
}
