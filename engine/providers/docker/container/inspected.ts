import type { ContainerInspectInfo } from "dockerode";

/** An inspected container; what dockerode's types leave out is added. */
export type Inspected = ContainerInspectInfo & {
  Platform: string;
  RestartCount: number;
  Config: { StopSignal?: string; StopTimeout?: number };
  NetworkSettings: { Bridge?: string };
};

/** An image as far as its containers get something from it. */
export interface ImageInspect {
  Id: string;
  Os?: string;
  Architecture?: string;
  Variant?: string;
  Config?: ImageConfig;
}

export interface ImageConfig {
  Env?: string[] | null;
  Cmd?: string[] | null;
  Entrypoint?: string[] | string | null;
  Labels?: Record<string, string> | null;
  Volumes?: Record<string, object> | null;
  WorkingDir?: string;
  User?: string;
  StopSignal?: string;
  Healthcheck?: Inspected["Config"]["Healthcheck"];
}
