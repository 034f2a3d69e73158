import { z } from "zod";
import { environment, port } from "../schema/fields.js";
import { hardening, resources } from "../schema/parts.js";
import { type ResolveService, serviceShape } from "./service.js";

/** Port that the build service listens on, in its container and by default on the machine. */
export const BUILD_SERVICE_PORT = 9090;

export const buildService = z.strictObject({
  kind: z
    .literal("build-service")
    .describe("Builds the binaries that claws make of themselves; they name it as their `buildService`."),
  ...serviceShape(),
  port: port().default(BUILD_SERVICE_PORT).describe("Port on the machine's loopback address."),
  env: environment().default({}).describe("Environment variables: text, or `{ secret: name }`."),
  resources: resources({ memory: "2GiB", cpus: 2, pids: 512 }),
  // A compiler writes caches into wherever its image has put them.
  hardening: hardening({ tmpfs: ["/tmp"], readOnlyRoot: false }),
});

export type BuildServiceSpec = ResolveService<z.output<typeof buildService>> & { port: number };
