import { z } from "zod";
import type { ImageUse } from "../schema/images.js";
import { buildService } from "./build-service.js";

/** The keys of a service, by its kind. A new kind is a file beside these and a line here. */
export const service = z.discriminatedUnion("kind", [buildService]);

type ServiceEntry = z.output<typeof service>;

/** What a machine runs beside agents, with every default in place. */
export type ServiceSpec = Omit<ServiceEntry, "image"> & {
  name: string;
  image: ImageUse;
  /** Name of the container on the machine. */
  container: string;
};
