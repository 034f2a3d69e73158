import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readStackConfig } from "../../components/index.js";
import { containerAgent, machines, settled } from "./deploy.js";

function configure(sections: Record<string, unknown>, secretKeys: string[] = []) {
  const entries = Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries), secretKeys);
}

const usingAKey = {
  "fleet:machines": machines,
  "fleet:agents": { tool: containerAgent({ env: { KEY: { secret: "key" } } }) },
};

class Nothing implements pulumi.runtime.Mocks {
  newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({ id: name, state: inputs });
  call = () => ({});
}

describe("the stack config of the program", () => {
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
    vi.unstubAllEnvs();
  });

  it("is checked as a whole, and fails in one message without a stack trace", () => {
    configure({ "fleet:machines": machines, "fleet:agnts": {}, "fleet:agents": { tool: containerAgent({ prot: 1 }) } });
    const read = () => readStackConfig("lab");
    expect(read).toThrow(pulumi.RunError);
    expect(read).toThrow(/Pulumi\.lab\.yaml cannot be used:\n/);
    expect(read).toThrow(/fleet:agnts: .*agents/);
    expect(read).toThrow(/fleet:agents\.tool.*prot/);
  });

  it("gives secrets apart from the spec", async () => {
    configure(
      {
        ...usingAKey,
        "fleet:secrets": { key: "hidden" },
        "docker:host": "x",
      },
      ["fleet:secrets"],
    );
    const { spec, secrets } = readStackConfig("lab");
    expect(JSON.stringify(spec)).not.toContain("hidden");
    expect(spec.secretNames).toEqual(["key"]);
    expect(await pulumi.isSecret(secrets)).toBe(true);
    expect(await settled(secrets)).toEqual({ key: "hidden" });
  });

  it.each([
    ["a preview", true, ""],
    ["a simulation", false, "1"],
  ])("does without a secret that has no value yet in %s", async (_, preview, simulated) => {
    vi.stubEnv("FLEET_SIMULATED", simulated);
    await pulumi.runtime.setMocks(new Nothing(), "fleet", "lab", preview);
    configure({ ...usingAKey, "fleet:secrets": { key: null } });
    const { spec, secrets } = readStackConfig("lab");
    expect(spec.unsetSecrets).toEqual(["key"]);
    expect(await settled(secrets)).toEqual({ key: "unset-key" });
  });

  it("names every secret without a value where something would be made with it", async () => {
    await pulumi.runtime.setMocks(new Nothing(), "fleet", "lab", false);
    configure({ ...usingAKey, "fleet:secrets": { key: null } });
    expect(() => readStackConfig("lab")).toThrow(pulumi.RunError);
    expect(() => readStackConfig("lab")).toThrow(/names without values.*\n {2}\.\/fleet secret set lab key$/);
  });

  it("refuses an encrypted value elsewhere, and does not show it", () => {
    configure({ "fleet:machines": machines, "fleet:agents": { tool: containerAgent({ env: { KEY: "hidden" } }) } }, [
      "fleet:agents",
    ]);
    expect(() => readStackConfig("lab")).toThrow(/fleet:agents: secure: values stand only in fleet:secrets/);
    expect(() => readStackConfig("lab")).not.toThrow(/hidden/);
  });
});
