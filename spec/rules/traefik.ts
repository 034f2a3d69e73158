import type { Rule } from "./rule.js";

/** What somebody else's Traefik has of its own. */
const MADE = ["image", "port", "httpPort", "bind", "email", "discovery", "socketProxy"] as const;

/** Entry points that our own Traefik has besides the one for agents, and what for. */
const TAKEN = { ping: "its health check", web: "the way to HTTPS" };

/** Traefik is ours, with all that it takes to run it, or somebody else's, with nothing of that. */
export const traefikParts: Rule = (drafts, report) => {
  for (const { path, keys, wrong } of drafts.edge) {
    if (keys.proxy !== "traefik") continue;
    if (keys.external) {
      for (const key of MADE) {
        if (keys[key] === undefined) continue;
        report({
          path: [...path, key],
          at: "key",
          message: "is a matter of whoever runs that Traefik: take it out, or external",
        });
      }
      continue;
    }
    const { entryPoint } = keys;
    if (entryPoint === "ping" || (entryPoint === "web" && keys.tls !== "off")) {
      report({
        path: [...path, "entryPoint"],
        message: `${entryPoint} is the entry point for ${TAKEN[entryPoint]}: name that of the agents otherwise`,
      });
    }
    if (keys.image === undefined && !wrong.has("image")) {
      report({
        path: [...path, "image"],
        message: "is missing: Traefik's image; or write external: true where it runs already",
      });
    }
    if (keys.discovery === "labels" && keys.socketProxy === undefined && !wrong.has("socketProxy")) {
      report({
        path: [...path, "socketProxy"],
        message:
          "is missing: with discovery: labels Traefik reads from Docker, and the bare socket would give it the machine",
      });
    }
    if (keys.discovery === "file" && keys.socketProxy !== undefined) {
      report({ path: [...path, "socketProxy"], at: "key", message: "is for discovery: labels only" });
    }
  }
};
