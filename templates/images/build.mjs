// Builds the image that FLEET_IMAGE describes on the Docker daemon and prints its id. See main.ts; this file only lets plain
// `node templates/images/build.mjs` run TypeScript, from any folder, with nothing but the project's npm packages.
import { register } from "tsx/esm/api";

register();
await import("./main.ts");
