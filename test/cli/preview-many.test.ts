import { expect, it } from "vitest";
import { project } from "./harness.js";

const PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
export default async function () {
  const length = new pulumi.Config("test").getNumber("length") ?? 12;
  console.log("pid", process.pid, "passphrase", process.env.PULUMI_CONFIG_PASSPHRASE, readFileSync("note.txt", "utf8"));
  if (length === 13) throw new Error("thirteen brings bad luck");
  const password = new random.RandomPassword("password", { length });
  return { password: password.result, length };
}
`;
const stack = (length: number, more = "") =>
  `config:\n  fleet:machines: {}\n  fleet:agents: {}\n  test:length: ${length}\n${more}`;

it("previews many stacks side by side in one table", async () => {
  const here = project({
    "index.ts": PROGRAM,
    "note.txt": "from the program's folder",
    "stacks/Pulumi.anna.yaml": stack(12),
    "stacks/Pulumi.berta.yaml": stack(14),
  });
  const env = { PULUMI_CONFIG_PASSPHRASE: "hush" };
  expect((await here.fleet(["up", "anna", "--yes"], { env })).code).toBe(0);

  const two = await here.fleet(["preview", "berta", "anna", "--diff"], { env });
  expect(two.stdout).toMatch(
    /^STACK +CREATE +UPDATE +REPLACE +DELETE +RESULT\nberta +2 .*changes\nanna +0 .*no changes\n/,
  );
  expect(two.stdout).toContain("length: 14");
  expect(two.stdout).toContain("passphrase undefined from the program's folder");
  expect(new Set(two.stdout.match(/pid \d+/g)).size).toBe(1);
  expect(two.code).toBe(0);
  expect((await here.fleet(["preview", "--all", "--expect-no-changes"], { env })).code).toBe(7);

  here.write("stacks/Pulumi.carla.yaml", stack(13));
  here.write("stacks/Pulumi.dora.yaml", stack(15, "  fleet:agnets: {}\n"));
  const all = await here.fleet(["preview", "--all", "--json"], { env });
  expect(all.code).toBe(1);
  const { stacks } = JSON.parse(all.stdout) as {
    stacks: { stack: string; outcome: string; errors: string[]; changes: object; plan: { steps: { op: string }[] } }[];
  };
  expect(stacks.map(({ stack, outcome }) => `${stack} ${outcome}`)).toEqual([
    "anna succeeded",
    "berta succeeded",
    "carla failed",
    "dora failed",
  ]);
  const [anna, berta, carla, dora] = stacks;
  expect(anna!.changes).toEqual({ same: 2 });
  expect(berta!.plan.steps.map(({ op }) => op)).toEqual(["create", "create"]);
  expect(carla!.errors).toEqual([expect.stringContaining("thirteen brings bad luck")]);
  expect(dora!.errors).toEqual([expect.stringContaining("did you mean")]);

  const apart = await here.fleet(["preview", "anna", "berta", "--isolated", "--diff"], { env });
  expect(new Set(apart.stdout.match(/pid \d+/g)).size).toBe(2);
  expect(apart.stdout.split("\n").slice(0, 3)).toEqual([
    ...two.stdout.split("\n").slice(0, 1),
    expect.stringMatching(/^anna /),
    expect.stringMatching(/^berta /),
  ]);
  expect((await here.fleet(["preview"], { env })).stderr).toContain("preview which stack?");
  expect((await here.fleet(["preview", "--all", "anna"], { env })).code).toBe(2);
});
