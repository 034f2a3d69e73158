import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { readStackConfig } from "../../components/index.js";
import { containerAgent, machines, settled } from "./deploy.js";

function configure(sections: Record<string, unknown>, secretKeys: string[] = []) {
  const entries = Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries), secretKeys);
}

describe("the stack config of the program", () => {
  afterEach(() => pulumi.runtime.setAllConfig({}));

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
        "fleet:machines": machines,
        "fleet:agents": { tool: containerAgent({ env: { KEY: { secret: "key" } } }) },
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

  it("refuses an encrypted value elsewhere, and does not show it", () => {
    configure({ "fleet:machines": machines, "fleet:agents": { tool: containerAgent({ env: { KEY: "hidden" } }) } }, [
      "fleet:agents",
    ]);
    expect(() => readStackConfig("lab")).toThrow(/fleet:agents: secure: values stand only in fleet:secrets/);
    expect(() => readStackConfig("lab")).not.toThrow(/hidden/);
  });
});
