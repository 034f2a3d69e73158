import { AREAS, type ConformanceCase } from "./types.js";

/** What the engine does not do, in the words of docs/engine.md. Kept by hand: there can be no case for what is not there. */
export const LEFT_OUT: [what: string, why: string][] = [
  [
    "programs in other languages than Node",
    "one language host is enough for this toolkit; others run with the real engine",
  ],
  ["update plans (`--save-plan`, `--plan`)", "experimental in Pulumi; a preview of the same commit says the same"],
  [
    "views, snippets and state migrations",
    "no provider that this engine runs uses them; a state that has them is refused",
  ],
  ["secrets providers other than the passphrase, Pulumi ESC", "need accounts of clouds or of Pulumi Cloud"],
  ["backends other than `file://`", "need accounts; the real engine takes the state over as it is"],
];

/** The summary for docs/engine.md: how many cases each area has, and where the engines are meant to differ. */
export function summaryTable(cases: ConformanceCase[]): string {
  const rows = AREAS.map((area) => ({ area, own: cases.filter((item) => item.area === area) }))
    .filter(({ own }) => own.length > 0)
    .map(({ area, own }) => {
      const differing = own.filter((item) => item.differs !== undefined).length;
      const alone = own.filter((item) => item.hermeticOnly !== undefined).length;
      return `| [${area}](conformance.md#${area.replaceAll(" ", "-")}) | ${own.length} | ${own.length - differing - alone} | ${differing} | ${alone} |`;
    });
  const count = (test: (item: ConformanceCase) => boolean) => cases.filter(test).length;
  const [differing, alone] = [
    count((item) => item.differs !== undefined),
    count((item) => item.hermeticOnly !== undefined),
  ];
  return [
    "| area | cases | held to be equal on both engines | differ for a reason | only here |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    `| **all** | **${cases.length}** | **${cases.length - differing - alone}** | **${differing}** | **${alone}** |`,
    "",
    "| left out | why |",
    "| --- | --- |",
    ...LEFT_OUT.map(([what, why]) => `| ${cell(what)} | ${cell(why)} |`),
  ].join("\n");
}

/** docs/conformance.md: every case. */
export function conformancePage(cases: ConformanceCase[]): string {
  const parts = [
    "# Conformance",
    "",
    "What the hermetic engine does as the real Pulumi engine does. Each line is a case of `test/engine/conformance`: a program with the real",
    "Node SDK over gRPC, with what has to come of it written down by hand. All of them pass on this engine in every test run.",
    "`npm run conformance -- --engine pulumi` runs them on a `pulumi` that is on PATH too, and compares plans and checkpoints; every state that one",
    "engine leaves there has to be taken over by the other with no step planned. The last column names the real engine's own public tests of",
    "the behaviour. This page is generated: `npx vitest run test/engine/conformance/docs.harness.test.ts -u`.",
  ];
  for (const area of AREAS) {
    const own = cases.filter((item) => item.area === area);
    if (own.length === 0) continue;
    parts.push("", `## ${area}`, "", "| case | what holds | the real engine's tests |", "| --- | --- | --- |");
    for (const { name, semantic, like = [] } of own) {
      parts.push(`| \`${name}\` | ${cell(semantic)} | ${cell(like.map((test) => `\`${test}\``).join(", "))} |`);
    }
  }
  const reasons = cases.flatMap(({ name, differs, hermeticOnly }) => {
    if (differs !== undefined) return [`| \`${name}\` | differs | ${cell(differs)} |`];
    return hermeticOnly === undefined ? [] : [`| \`${name}\` | only here | ${cell(hermeticOnly)} |`];
  });
  parts.push("", "## Where the engines differ", "", "| case | | why |", "| --- | --- | --- |", ...reasons);
  return `${parts.join("\n")}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
