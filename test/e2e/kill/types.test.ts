import { describeWithDocker } from "../support/daemon.js";
import { killChain } from "./cases.js";
import { containerChain } from "./container.js";
import { imageChain, remoteImageChain } from "./image.js";
import { networkChain } from "./network.js";
import { volumeChain } from "./volume.js";

// Each chain has a stack of its own, so they run side by side.
describeWithDocker("kill -9 during an operation, then up again", () => {
  killChain("Network", networkChain);
  killChain("Volume", volumeChain);
  killChain("Container", containerChain);
  killChain("RemoteImage", remoteImageChain);
  killChain("Image", imageChain);
});
