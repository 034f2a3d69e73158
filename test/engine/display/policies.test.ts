import { expect, it } from "vitest";
import type { EngineEvent } from "../../../engine/events.js";
import { Secret } from "../../../engine/values.js";
import { result, show, start, state } from "./events.js";

const source = { pack: "rules", packVersion: "1.2.3" };

it("tells what policies found by pack and policy, first what fails the run, and of many resources only a few", () => {
  const urn = (name: string) => state("docker:index/volume:Volume", name).urn;
  const message = "Owners.\nno owner, and t0ps3cr3t";
  const violation = { kind: "policy-violation", ...source, message } as const;
  const events: EngineEvent[] = [
    start(true),
    ...Array.from(
      { length: 9 },
      (_, index): EngineEvent => ({ ...violation, policy: "owned", level: "advisory", urn: urn(`v${index}`) }),
    ),
    {
      kind: "policy-remediation",
      ...source,
      policy: "sized",
      urn: urn("v1"),
      before: { size: 1, token: new Secret("t0ps3cr3t") },
      after: { size: 2, token: new Secret("t0ps3cr3t") },
    },
    { ...violation, policy: "named", level: "mandatory", severity: "high", urn: urn("v2"), message: "Names.\nno name" },
    {
      kind: "summary",
      result: result({
        outcome: "failed",
        errors: [`policy named (rules@v1.2.3) is violated by ${urn("v2")}: Names.; no name`],
        policyPacks: { rules: "1.2.3", quiet: "0.1.0" },
      }),
    },
  ];
  const text = show(events);
  expect(text).not.toContain("t0ps");
  const section = text.slice(text.indexOf("Policies:"), text.indexOf("Preview failed"));
  expect(section.split("\n").slice(0, 8)).toEqual([
    "Policies:",
    "  ✗ rules@v1.2.3",
    "    mandatory   named (severity high)",
    "      v2  docker:Volume",
    "        Names.",
    "        no name",
    "    advisory    owned",
    "      v0  docker:Volume",
  ]);
  expect(section).toContain(
    "      … and 4 more resources, up to v8\n    remediated  sized\n      v1  docker:Volume\n        ~ size: 1 => 2\n  ✓ quiet@v0.1.0  satisfied\n",
  );
  // It was told as what it is, and is not told again as an error.
  expect(section).not.toContain("Diagnostics");
  expect(show(events, { full: true })).toContain("      v8  docker:Volume");
});
