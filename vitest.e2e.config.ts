import { defineConfig } from "vitest/config";

// End-to-end tests drive real daemons, which they share: one file at a time.
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // A second try for what a busy CI machine made late; a fault fails both.
    retry: process.env.CI ? 1 : 0,
  },
});
