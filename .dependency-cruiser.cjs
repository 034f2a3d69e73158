// Who may import whom. The rooms are described in docs/architecture.md.
const room = (name) => `^${name}/`;
const ours = "^(spec|components|templates|engine|cli|policies|review)/|^index\\.ts$";

/** A room may import itself, npm packages, and the rooms listed. */
function only(from, allowed) {
  return {
    name: `${from}-imports`,
    comment: `${from}/ may import ${allowed.length ? allowed.join(", ") : "nothing of ours"}`,
    severity: "error",
    from: { path: room(from) },
    to: { path: ours, pathNot: [room(from), ...allowed.map(room)] },
  };
}

module.exports = {
  forbidden: [
    only("spec", []),
    only("engine", []),
    only("policies", []),
    only("engine/transport", []),
    only("templates", ["engine/transport"]),
    only("components", ["spec", "templates", "engine/transport"]),
    only("review", []),
    only("cli", ["spec", "engine", "review"]),
    {
      name: "program-imports",
      comment: "index.ts may import spec and components",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: ours, pathNot: [room("spec"), room("components")] },
    },
    {
      name: "spec-is-pure",
      comment: "spec/ knows neither Pulumi nor the file system",
      severity: "error",
      from: { path: room("spec") },
      to: { path: "@pulumi|^(node:)?(fs|fs/promises|child_process|net|http|https|os)$" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-orphan-deps", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
