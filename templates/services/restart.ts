/** A command of the host's shell that restarts those of the containers that run. Names of Docker have no letters that a shell minds. */
export const restartRunning = (...containers: string[]) =>
  `docker ps -q ${containers.map((name) => `--filter name=^/${name}$`).join(" ")} | xargs -r docker restart`;

/** A condition of the host's shell: the container runs. */
export const isRunning = (container: string) => `docker ps -q --filter name=^/${container}$ | grep -q .`;
