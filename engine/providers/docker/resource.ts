import type {
  CheckFailure,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  ReadResult,
  RecoverRequest,
  UpdateRequest,
  UpdateResult,
} from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { isAutoName } from "./check.js";
import type { DockerClient } from "./client.js";
import type { RegistryAuth } from "./image/registry-auth.js";
import type { ResourceShape } from "./shape.js";

/** What the calls of one provider instance share. */
export interface Session {
  client: DockerClient;
  /** The program's folder, where relative paths begin. */
  folder: string;
  registryAuth: RegistryAuth;
  /** Ids of image resources that this run made, so that deleting the one they replace leaves the image. */
  madeImages: Set<string>;
}

/** One resource type of the package. check and diff are pure; everything else talks to the daemon. */
export interface ResourceType {
  shape: ResourceShape;
  /** Adds what check computes (a context's digest), after validation. Returns further failures. */
  complete?(inputs: PropertyMap, folder: string): Promise<CheckFailure[]>;
  /** Outputs that an update from these inputs to those changes, for previews. */
  unknownAfter?(oldInputs: PropertyMap, news: PropertyMap): PropertyMap;
  deleteBeforeReplace(request: DiffRequest): boolean;
  create(session: Session, request: CreateRequest): Promise<CreateResult>;
  update(session: Session, request: UpdateRequest): Promise<UpdateResult>;
  read(session: Session, request: ReadRequest): Promise<ReadResult>;
  delete(session: Session, request: DeleteRequest): Promise<void>;
  recover(session: Session, request: RecoverRequest): Promise<ReadResult | undefined>;
}

/** A replacement under the same name cannot live beside the old object; one under a made-up name can. */
export function nameStays(request: DiffRequest): boolean {
  const name = request.news.name;
  return typeof name !== "string" || (name === request.oldInputs.name && !isAutoName(request.urn, name));
}

export const GONE: ReadResult = { id: "", outputs: {} };

/** Quotes an object for a message and a path. */
export const encode = encodeURIComponent;
