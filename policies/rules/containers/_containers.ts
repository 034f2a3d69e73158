import type { Props, Subject } from "../../rule.js";
import { valueAt } from "../_values.js";

export const CONTAINER = "docker:index/container:Container";
export const SERVICE = "docker:index/service:Service";

/** Where a Swarm service has what a container has. */
export const TASK = "taskSpec.containerSpec";

/** Path of an input that a container and a Swarm service both have, by the same name. */
export const inContainer = ({ type }: Subject, key: string): string => (type === SERVICE ? `${TASK}.${key}` : key);

/** Whether the container is in the machine's own network, where ports are not published and no network is joined. */
export const hasHostNetwork = (props: Props): boolean => valueAt(props, "networkMode") === "host";
