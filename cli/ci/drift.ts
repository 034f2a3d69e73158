import { code } from "../../review/comment/escape.js";
import type { PlannedStep } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { currentProject, stackNames } from "../workspace.js";
import { addSummary, type Runner, runner } from "./actions.js";
import { readRules, ruleOf } from "./config.js";
import { Issues } from "./issues.js";
import { Pulumi } from "./pulumi.js";

/** An issue takes 65,536 characters; a longer list helps nobody. */
const MOST_ROWS = 150;
const MOST_PATHS = 10;

/** Looks at stacks, one after the other, for what somebody has changed outside. One issue for each tells of it, and closes when it is gone. */
export async function drift(named: string[]): Promise<void> {
  const project = await currentProject();
  const pulumi = new Pulumi(project);
  const here = runner();
  const rules = await readRules(project);
  const stacks = named.length > 0 ? named : (await stackNames(project)).filter((stack) => ruleOf(rules, stack));
  const issues = new Issues(here.github);
  const failed: string[] = [];
  const told: string[] = [];
  for (const stack of stacks) {
    try {
      const { steps } = await pulumi.preview(stack, { refresh: true });
      const what =
        steps.length > 0
          ? await issues.open(stack, bodyOf(stack, steps, here))
          : await issues.close(stack, here.runUrl);
      process.stdout.write(`${stack}: ${what}\n`);
      told.push(`| \`${stack}\` | ${what} |`);
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      process.stderr.write(`${stack}: ${error.message}\n`);
      failed.push(stack);
      told.push(`| \`${stack}\` | **could not be looked at** |`);
    }
  }
  await addSummary(["| stack | |", "| --- | --- |", ...told].join("\n"));
  if (failed.length === 0) return;
  throw new FleetError(
    `these stacks could not be looked at, and their issues are as they were: ${failed.join(", ")}`,
    "the lines above say why",
    1,
  );
}

/** Never a value: paths only. */
function bodyOf(stack: string, steps: PlannedStep[], { runUrl }: Runner): string {
  const rows = steps.slice(0, MOST_ROWS).map(({ op, type, name, changes }) => {
    const paths = changes.slice(0, MOST_PATHS).map(({ path }) => code(path.slice(0, 100)));
    const more = changes.length > MOST_PATHS ? ` and ${changes.length - MOST_PATHS} more` : "";
    return `| ${op} | ${code(name.slice(0, 100))} | ${code(type.slice(0, 100))} | ${paths.join(" ")}${more} |`;
  });
  const rest = steps.length > MOST_ROWS ? [``, `And ${steps.length - MOST_ROWS} more.`] : [];
  return [
    `What the stack ${code(stack)} declares and what is there differ. To put it right, a deployment would do this:`,
    "",
    "| | resource | type | properties |",
    "| --- | --- | --- | --- |",
    ...rows,
    ...rest,
    "",
    `Deploy it again to put it right, or change the stack file if what is there is what you want. This issue closes itself.${runUrl ? ` [Last look](${runUrl})` : ""}`,
  ].join("\n");
}
