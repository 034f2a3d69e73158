import { describe, expect, it } from "vitest";
import { isNetwork } from "../../spec/values/network.js";
import { edited, messages } from "./base.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const THERE = "there: { on: docker, socket: unix:///run/there.sock }";

describe("a baseline", () => {
  const faults = (docker: string, baseline: string) =>
    messages(edited(THERE, `there: { on: existing, docker: "${docker}", hostKey: ${KEY}, baseline: { ${baseline} } }`));
  const ours = "ssh://deploy@example.org";

  it("needs nothing but ssh", () => {
    expect(faults(ours, `users: { ada: { keys: [${KEY}], sudo: [/usr/bin/id] } }, open: [8443]`)).toEqual([]);
  });

  it.each([
    [
      "reached as root",
      "ssh://root@example.org",
      "docker: false",
      /there\.docker: a baseline lets root in by ssh no more/,
    ],
    [
      "with the fleet's own user",
      ours,
      "users: { deploy: {} }",
      /users\.deploy: is the user that the fleet itself logs in/,
    ],
    [
      "with a user of the system",
      ours,
      "users: { www-data: {} }",
      /users\.www-data: is a user that the host has already/,
    ],
    [
      "with a right that is no command",
      ours,
      "users: { ada: { sudo: [ALL] } }",
      /must be a command by its absolute path/,
    ],
    [
      "with a right that takes rights away",
      ours,
      "users: { ada: { sudo: ['/bin/a, !/bin/b'] } }",
      /absolute path, without !/,
    ],
    ["open to a network that is none", ours, "open: [{ port: 1, from: 10.0.0.1/8 }]", /in its shortest form/],
    ["with a secret that is not there", ours, "tailscale: { authKey: { secret: nope } }", /nope/],
  ])("is refused when it is %s", (_about, docker, baseline, expected) => {
    expect(faults(docker, baseline)).toEqual([expect.stringMatching(expected)]);
  });
});

describe("a network", () => {
  it.each(["10.0.0.0/8", "203.0.113.7", "10.120.16.0/20", "2001:db8::/32", "2001:db8::1", "fe80::/10", "::/1"])(
    "is %s",
    (text) => expect(isNetwork(text)).toBe(true),
  );
  it.each([
    "10.0.0.1/8",
    "10.0.0.1/32",
    "10.0.0.0/0",
    "256.0.0.1",
    "010.0.0.1",
    "2001:DB8::/32",
    "2001:db8::1/32",
    "a",
    "",
  ])("is not %s, which ufw would print otherwise", (text) => expect(isNetwork(text)).toBe(false));
});
