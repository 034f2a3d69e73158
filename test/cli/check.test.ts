import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, STACK, toolkit } from "./harness.js";

const good = project({ "stacks/Pulumi.local.yaml": STACK, "stacks/Pulumi.other.yaml": STACK });

describe("fleet check", () => {
  it("says that all stacks are right", async () => {
    const { code, stdout, stderr } = await good.fleet(["check"]);
    expect(stdout).toContain("stacks/Pulumi.local.yaml: ok, 2 agents on 1 machine\n");
    expect(stdout).toContain("stacks/Pulumi.other.yaml: ok, 2 agents on 1 machine\n");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it("takes the shipped stack", async () => {
    const shipped = project({
      "stacks/Pulumi.local.yaml": readFileSync(join(toolkit, "stacks/Pulumi.local.yaml"), "utf8"),
    });
    expect((await shipped.fleet(["check", "local"])).code).toBe(0);
  });

  it("does not load the Pulumi SDK or gRPC, which would take longer than the check itself", async () => {
    const { code } = await good.fleet(["check", "local"], {
      env: { NODE_OPTIONS: `--import=${new URL("./refuse-heavy.mjs", import.meta.url).pathname}` },
    });
    expect(code).toBe(0);
  });

  const cases: [string, (text: string) => string, RegExp][] = [
    [
      "an unknown key",
      (text) => text.replace("image: box", "imge: box"),
      /:12:7: fleet:agents\.ada\.imge: unknown key \(did you mean image\?\)/,
    ],
    [
      "an unknown runtime",
      (text) => text.replace("runtime: container", "runtime: contianer"),
      /:11:16: fleet:agents\.ada\.runtime: .*did you mean container\?/,
    ],
    [
      "an entry that is not there",
      (text) => text.replace("reaches: [ada]", "reaches: [adda]"),
      /fleet:agents\.brook\.reaches\.0: .*did you mean ada\?/,
    ],
    [
      "a wrong namespace",
      (text) => text.replace("fleet:agents", "flet:agents"),
      /:7:3: flet:agents: .*did you mean fleet:agents\?/,
    ],
    [
      "a duplicate name",
      (text) => text.replace("    brook:", "    ada:"),
      /fleet:agents\.ada: ada stands here twice: again at \d+:5/,
    ],
    ["half-edited YAML", (text) => text.replace("{ on: docker }", "{ on: docker"), /not valid YAML/],
    ["a tab", (text) => text.replace("      port:", "\tport:"), /not valid YAML.*tabs cannot indent: use spaces/],
    ["a size without a unit", (text) => text.replace("64MiB", "64"), /fleet:agents\.ada\.resources\.memory: /],
    [
      "a missing secret",
      (text) => text.replace("port: 28789", "env: { KEY: { secret: apiKey } }"),
      /secrets has no entry "apiKey"/,
    ],
    ["an empty file", () => "", /ok, 0 agents/],
  ];
  it.each(cases)("%s", async (name, edit, message) => {
    const bad = project({ "stacks/Pulumi.bad.yaml": edit(STACK) });
    const { code, stdout, stderr } = await bad.fleet(["check"]);
    expect(stdout).toMatch(message);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(name === "an empty file" ? 0 : 2);
  });

  it("reports every fault at once, as JSON too", async () => {
    const bad = project({
      "stacks/Pulumi.bad.yaml": STACK.replaceAll("machine: here", "machine: there").replace("64MiB", "64"),
    });
    const { code, stdout } = await bad.fleet(["check", "--json"]);
    const [report] = JSON.parse(stdout);
    expect(report).toMatchObject({ stack: "bad", file: "stacks/Pulumi.bad.yaml", ok: false });
    expect(report.faults.map(({ path }: { path: string }) => path)).toEqual([
      "config.fleet:agents.ada.machine",
      "config.fleet:agents.ada.resources.memory",
      "config.fleet:agents.brook.machine",
    ]);
    expect(report.faults[0]).toMatchObject({ line: 10, column: 16, severity: "error" });
    expect(code).toBe(2);
  });
});
