import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { builtinProviders, simulatedProvider } from "../../../engine/providers/index.js";
import { lazyProvider } from "../../../engine/providers/shared/lazy.js";
import { simulatedProvider as stub } from "../../../engine/providers/simulated/index.js";
import { drive } from "./drive.js";

describe("builtinProviders", () => {
  it.each(["command", "docker", "random", "tls"])("%s is real, and its package is its key", (name) => {
    const provider = builtinProviders[name]!();
    expect(provider.package).toBe(name);
    expect(provider.simulated).not.toBe(true);
    expect(simulatedProvider(name)()).toMatchObject({ package: name, simulated: true });
  });

  it.each(["command", "random", "tls"])("%s: an interrupted creation left nothing to take up", async (name) => {
    const call = { urn: "urn:pulumi:dev::p::t::n", type: "t", inputs: {} };
    expect(await builtinProviders[name]!().recover!(call)).toBeUndefined();
  });

  it("docker has no functions, and says so", async () => {
    const { failures } = await builtinProviders.docker!().invoke!("docker:index/getNetwork:getNetwork", {});
    expect(failures[0]?.reason).toContain("has no function docker:index/getNetwork");
  });

  it("docker is loaded by its first call", async () => {
    const { failures } = await drive(builtinProviders.docker!(), "docker:index/volume:Volume").check({ nmae: "x" });
    expect(failures).not.toEqual([]);
  });

  it("loads in well under 100 ms, and none of the slow libraries with it", () => {
    const url = new URL("../../../engine/providers/index.ts", import.meta.url).href;
    const script = `
      const { createRequire } = await import("node:module");
      const { cpuUsage } = process;
      const before = cpuUsage();
      await import(${JSON.stringify(url)});
      const { user, system } = cpuUsage(before);
      console.log(JSON.stringify({ ms: (user + system) / 1000, files: Object.keys(createRequire(import.meta.url).cache) }));
    `;
    // The least of three: the time of the processor, not of the clock, since other tests run beside this one.
    const runs = [1, 2, 3].map(() => {
      const args = ["--import", "tsx", "--input-type=module", "-e", script];
      return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as { ms: number; files: string[] };
    });
    expect(runs[0]!.files.filter((file) => /asn1|bcryptjs|dockerode|ssh2|tar-stream/.test(file))).toEqual([]);
    expect(Math.min(...runs.map(({ ms }) => ms))).toBeLessThan(100);
  });
});

describe("lazyProvider", () => {
  it("does not load for an end that comes before a beginning", async () => {
    let loads = 0;
    const provider = lazyProvider({ package: "p", acceptsSecrets: true, supportsPreview: true }, async () => {
      loads++;
      return stub("p");
    })();
    await provider.cancel!();
    await provider.close!();
    expect(loads).toBe(0);
    await provider.configure({});
    expect((await drive(provider, "p:index:T").create({ a: 1 })).outputs).toEqual({ a: 1 });
    expect(loads).toBe(1);
  });

  it("fails when it declares other traits than the provider has", async () => {
    const provider = lazyProvider({ package: "p" }, async () => stub("p"))();
    await expect(provider.configure({})).rejects.toThrow("declares acceptsSecrets other than");
  });
});
