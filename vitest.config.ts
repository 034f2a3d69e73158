import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/e2e/**", "node_modules/**"],
    pool: "forks",
    // Tests wait for child processes more than they compute: on two cores, one worker would leave half of the machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Most tests start programs and daemons: on a busy machine they wait long, and pass all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A second try for what a busy CI machine made late; a fault fails both.
    retry: process.env.CI ? 1 : 0,
  },
});
