import { describeWithDocker } from "../support/daemon.js";
import { adoptionOfClaws } from "./adoption.js";
import { localServer } from "./claw-server.js";
import { lifeOfClaws } from "./life.js";

describeWithDocker("claws on this machine's Docker", () => {
  lifeOfClaws(async () => localServer());
});

describeWithDocker("a server of this machine's Docker that has claws", () => {
  adoptionOfClaws(async () => localServer());
});
