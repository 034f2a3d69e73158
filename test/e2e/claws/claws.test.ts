import { describeWithDocker } from "../support/daemon.js";
import { localServer } from "./claw-server.js";
import { lifeOfClaws } from "./life.js";

describeWithDocker("claws on this machine's Docker", () => {
  lifeOfClaws(async () => localServer());
});
