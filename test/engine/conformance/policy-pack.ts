/** The files of a policy pack, as an author writes them. `policies` is the list's source; `more` goes into its PulumiPolicy.yaml. */
export function pack(
  policies: string,
  { dir = "pack", name = "rules", args = "", more = "" } = {},
): Record<string, string> {
  return {
    [`${dir}/PulumiPolicy.yaml`]: `runtime: nodejs\n${more}`,
    [`${dir}/package.json`]: JSON.stringify({ name, version: "1.2.3", main: "index.js" }),
    [`${dir}/index.js`]: `
const { PolicyPack } = require("@pulumi/policy");
const things = (check) => (args, report) => args.type === "cloud:index:Thing" ? check(args, report) : undefined;
new PolicyPack("${name}", { policies: [${policies}] }${args === "" ? "" : `, ${args}`});
`,
  };
}

/** A policy that reports what `says` gives for a thing, if it gives anything. */
export const rule = (name: string, level: string, says: string, more = "") =>
  `{ name: "${name}", description: "About ${name}.", enforcementLevel: "${level}", ${more}
     validateResource: things((args, report) => { const { props } = args; const said = ${says}; if (said) report(String(said)); }) },`;
