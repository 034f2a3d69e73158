import { builtinProviders } from "../../engine/index.js";
import { serveProvider } from "../../test/engine/support/plugin/serve-provider.js";

const { port } = await serveProvider(() => builtinProviders.random!(), {
  package: "random",
  version: "4.21.1",
  handshake: true,
  onCall: () => {},
});
// Its first line is how an engine finds it.
process.stdout.write(`${port}\n`);
