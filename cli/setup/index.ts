export { type DockerState, type DockerStatus, dockerStatus, statusOf } from "./docker-status.js";
export { type EnsureDockerOptions, ensureDocker, imageToolsFault } from "./ensure-docker.js";
export { portOwner } from "./port-owner.js";
