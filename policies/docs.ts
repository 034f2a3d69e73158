import { levelOf } from "./judgement.js";
import { isStackRule, type Rule } from "./rule.js";
import type { FoundRule } from "./rules.js";

const INTRO = `# Policies

Rules that every fleet is held to: containers, images, machines, firewalls, DNS and tunnels, secrets, data. They are a
[policy pack](policy-packs.md) of its own, \`policies/\`, which both engines run. This page is made from the rules.

\`\`\`
./fleet policy acme                                   # hold a stack to them: simulated, nothing is touched, no passphrase is needed
./fleet policy --all --sarif policies.sarif           # all stacks, and a file for code scanning
./fleet up acme --policy-pack policies                # and be held to them
pulumi up -s acme --policy-pack policies              # the same in the real engine
\`\`\`

\`./fleet policy\` brings the stack up in simulation and shows what the rules then find in its plan. It ends with 1 if anything fails, or if a
stack cannot be looked at. \`--json\` prints all of it. \`--policy-pack <folder>\` takes other packs, \`--policy-pack-config <file>\` settings.

| | |
| --- | --- |
| failing | a mandatory rule is violated |
| advice | an advisory one is |
| could not tell | the rule needs a value that is known only later, or that stands nowhere in the plan: never fails anything, and is never passed over |
| excepted | violated, but let pass by an exception; in SARIF a suppressed result |

## Set levels and settings

In the stack file, each rule by its id:

\`\`\`yaml
config:
  fleet:policies:
    container-read-only-root: { level: advisory }
    image-registry:
      settings: { registries: [ghcr.io/acme] }
    container-restart-policy:
      settings: { remediate: true }
\`\`\`

- \`level\`: \`mandatory\`, \`advisory\` or \`disabled\`.
- \`settings\`: see each rule. \`remediate: true\` lets a rule that can mend what it finds do so: the plan has the mended inputs, and says it.
- A rule, setting or key that does not exist fails the run, with what was probably meant.

A file for \`--policy-pack-config\` has the same for all stacks, in the [form of any pack](policy-packs.md#settings). It goes over what
stack files set, so that no stack can lower what a pipeline demands. There \`"enforcementLevel": "remediate"\` lets a rule mend.

## Except something

\`\`\`yaml
config:
  fleet:policies:
    container-no-docker-socket:
      exceptions:
        - resource: acme-front-socket-container
          reason: the socket proxy is what keeps the socket from everything else
          expires: "2027-06-30"
\`\`\`

\`resource\` is a name, a URN, or a glob of either: \`*\` stands for any text without a colon, \`**\` for any text. A pack's config file can have
\`exceptions\` of a rule too. Both an exception's reason and its last day are needed:

- After that day what it let pass fails again, and the exception itself fails as \`policy-exceptions\`.
- One that lets nothing pass is told as advice: take it out.
- What is excepted is still listed, with the reason.

## Write a rule

A rule is one file, \`policies/rules/<area>/<id>.ts\`; nothing else has to name it. It exports \`rule\` (see \`policies/rule.ts\`); its samples stand
in \`test/policies/rules/<area>/<id>.samples.ts\`: passing, failing, and ones that it cannot tell of. They are judged by the rule alone, and again in the
engine. \`npx vitest run test/policies/docs.test.ts -u\` writes it into this page.

What a rule cannot see: under either engine a pack is told nothing of \`retainOnDelete\`, which Pulumi's protocol for packs does not carry.
\`./fleet diff\`, which judges the same rules without a pack, knows it.`;

/** The page of policies, as Markdown. */
export function policiesPage(found: FoundRule[]): string {
  return `${INTRO}\n\n${rulesReference(found)}\n`;
}

/** The reference of rules, as Markdown: a table of all, and then each with its reason, its fix and its settings. */
function rulesReference(found: FoundRule[]): string {
  const areas = [...new Set(found.map(({ area }) => area))];
  const table = [
    "| rule | demands | severity | level |",
    "| --- | --- | --- | --- |",
    ...found.map(({ rule }) => {
      const { id, title, severity } = rule;
      return `| [\`${id}\`](#${id}) | ${cell(title)} | ${severity} | ${levelOf(rule)} |`;
    }),
  ];
  const sections = areas.flatMap((area) => [
    `## Rules: ${area}`,
    ...found.filter((one) => one.area === area).flatMap(({ rule }) => section(rule)),
  ]);
  return [`## All rules`, table.join("\n"), ...sections].join("\n\n");
}

function section(rule: Rule): string[] {
  const { id, title, severity, benchmarks, why, fix, settings = {} } = rule;
  const looksAt = isStackRule(rule) ? "the stack as a whole" : rule.types.map((type) => `\`${type}\``).join(", ");
  const remedies = !isStackRule(rule) && rule.remedy !== undefined;
  const facts = [
    `- ${severity}, ${levelOf(rule)}${remedies ? "; can be mended by itself: level `remediate`" : ""}`,
    `- looks at ${looksAt}`,
    `- ${benchmarks.length > 0 ? `benchmarks: ${benchmarks.join(", ")}` : "in no benchmark"}`,
  ];
  const rows = Object.entries(settings).map(
    ([name, { type, items, default: value, description }]) =>
      `| \`${name}\` | ${items ? `list of ${items.type}` : type} | \`${cell(JSON.stringify(value))}\` | ${cell(description)} |`,
  );
  return [
    `### ${id}`,
    `${text(title)}.`,
    facts.join("\n"),
    `**Why.** ${sentence(why)}`,
    `**Fix.** ${sentence(fix)}`,
    ...(rows.length > 0 ? [["| setting | type | default | |", "| --- | --- | --- | --- |", ...rows].join("\n")] : []),
  ];
}

/** Angle brackets outside of code would be read as HTML. */
function text(markdown: string): string {
  return markdown
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;")))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

const cell = (markdown: string): string => text(markdown).replaceAll("|", "\\|");

function sentence(markdown: string): string {
  const [first = "", ...rest] = text(markdown);
  const whole = `${first.toUpperCase()}${rest.join("")}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
