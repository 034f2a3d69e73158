// Limits the processes and threads of a container: `node limit-pids.mjs` with its id in FLEET_CONTAINER and the limit in
// FLEET_PIDS. The Docker provider's Container has no such input; Docker sets it on a running container, and keeps it
// over restarts.
import { connect } from "./connect.mjs";
import { dockerReason } from "./docker-error.mjs";

const { FLEET_CONTAINER: container = "", FLEET_PIDS: pids = "" } = process.env;
try {
  await connect()
    .docker.getContainer(container)
    .update({ PidsLimit: Number(pids) });
} catch (error) {
  console.error(`The limit of processes was not set: ${dockerReason(error)}`);
  process.exitCode = 1;
}
