import { describeWithDocker } from "../support/daemon.js";
import { buildSuite } from "./build.js";
import { killChain } from "./cases.js";
import { containerChain } from "./container.js";
import { fleetSuite } from "./fleet.js";
import { imageChain, remoteImageChain } from "./image.js";
import { networkChain } from "./network.js";
import { pullChain } from "./pull.js";
import { volumeChain } from "./volume.js";
import { writesSuite } from "./writes.js";

// Each suite has a stack and a state of its own: they run side by side.
describeWithDocker("kill -9 during an operation, then up again", () => {
  killChain("Container", containerChain);
  fleetSuite();
  killChain("Network", networkChain);
  killChain("Volume", volumeChain);
  killChain("RemoteImage, built", remoteImageChain);
  killChain("RemoteImage, pulled", pullChain);
  killChain("Image", imageChain);
  writesSuite();
  buildSuite();
});
