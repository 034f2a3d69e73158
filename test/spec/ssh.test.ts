import { describe, expect, it } from "vitest";
import { knownHostsFile, knownHostsLines, readDockerAddress, readHostKey, sshOptions } from "../../spec/index.js";

const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

describe("the options for ssh", () => {
  it("hold a machine to its own key, in one connection, with paths that are the same in every checkout", () => {
    const options = sshOptions("tenant", "server");
    expect(options).toEqual(sshOptions("tenant", "server"));
    const pairs = options.filter((_, index) => index % 2 === 1);
    expect(options.filter((_, index) => index % 2 === 0)).toEqual(pairs.map(() => "-o"));
    expect(pairs).toContain("StrictHostKeyChecking=yes");
    expect(pairs).toContain("HostKeyAlias=server");
    expect(pairs).toContain(`UserKnownHostsFile=${knownHostsFile("tenant")}`);
    expect(pairs).toContain("GlobalKnownHostsFile=/dev/null");
    expect(pairs).toContain("ControlPath=.fleet/tenant/%C");
    expect(pairs).toContain("BatchMode=yes");
    expect(
      pairs.filter((pair) => pair.includes("/")).every((pair) => /=(\.fleet\/tenant\/|\/dev\/null$)/.test(pair)),
    ).toBe(true);
  });

  it("name the keys of a machine by its alias", () => {
    expect(knownHostsLines("server", [ED25519, "ssh-rsa AAAA"])).toEqual([`server ${ED25519}`, "server ssh-rsa AAAA"]);
  });
});

describe("a host key", () => {
  it("is kept without its comment and spacing", () => {
    expect(readHostKey(`  ${ED25519.replace(" ", "   ")} root@example.org\n`)).toBe(ED25519);
  });

  it.each([
    ["cut off", ED25519.slice(0, -4)],
    ["of another type than it says", ED25519.replace("ssh-ed25519", "ssh-rsa")],
    ["of a type that is no more", ED25519.replace("ssh-ed25519", "ssh-dss")],
    ["with an address before it", `example.org ${ED25519}`],
    ["a fingerprint", "SHA256:abc"],
    ["no base64", "ssh-ed25519 AAAA!"],
    ["two lines", `${ED25519}\n${ED25519}`],
    ["empty", ""],
  ])("is none when it is %s", (_about, text) => {
    expect(readHostKey(text)).toBeUndefined();
  });
});

describe("a Docker address", () => {
  it("is taken apart", () => {
    expect(readDockerAddress("ssh://Deploy@Example.org")).toEqual({
      by: "ssh",
      user: "Deploy",
      host: "example.org",
      port: 22,
    });
    expect(readDockerAddress("ssh://deploy@[::1]:2222")).toEqual({
      by: "ssh",
      user: "deploy",
      host: "[::1]",
      port: 2222,
    });
    expect(readDockerAddress("tcp://10.0.0.2:2376")).toEqual({ by: "tcp", host: "10.0.0.2", port: 2376 });
    expect(readDockerAddress("unix:///run/docker.sock")).toEqual({ by: "unix", path: "/run/docker.sock" });
  });

  it.each([
    "ssh://example.org",
    "ssh://deploy:secret@example.org",
    "ssh://-oProxyCommand=x@example.org",
    "ssh://deploy@-oProxyCommand=x",
    "ssh://deploy@example.org:0",
    "ssh://deploy@example.org:65536",
    "ssh://deploy@example.org/run/docker.sock",
    "ssh://deploy@example.org;reboot",
    "tcp://10.0.0.2",
    "tcp://user@10.0.0.2:2376",
    "http://10.0.0.2:2376",
    "unix://run/docker.sock",
    "",
  ])("is not %j", (text) => {
    expect(readDockerAddress(text)).toBeUndefined();
  });
});
