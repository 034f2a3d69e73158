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

  it("docker says which functions it has when it is asked for another", async () => {
    const invoked = builtinProviders.docker!().invoke!("docker:index/getPlugin:getPlugin", { name: "x" });
    await expect(invoked).rejects.toThrow(
      /no function docker:index\/getPlugin:getPlugin[\s\S]*docker:index\/getNetwork:getNetwork/,
    );
  });

  it("docker is loaded by its first call", async () => {
    const { failures } = await drive(builtinProviders.docker!(), "docker:index/volume:Volume").check({ nmae: "x" });
    expect(failures).not.toEqual([]);
  });

  it("loads none of the slow libraries before they are needed", () => {
    const url = new URL("../../../engine/providers/index.ts", import.meta.url).href;
    const script = `
      const { createRequire } = await import("node:module");
      await import(${JSON.stringify(url)});
      console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));
    `;
    const args = ["--import", "tsx", "--input-type=module", "-e", script];
    const files = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[];
    expect(files).not.toEqual([]);
    expect(files.filter((file) => /asn1|bcryptjs|dockerode|ssh2|tar-stream/.test(file))).toEqual([]);
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
