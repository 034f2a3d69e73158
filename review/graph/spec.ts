type Entries<T> = Record<string, T>;

/**
 * What a stack's file says that its resources do not: plain, and every key may be missing. A parsed stack config fits. The graph does
 * without it, and then lacks what an edge serves and what only the file names.
 */
export interface TopologySpec {
  stack?: string;
  clouds?: Entries<{ provider?: string; region?: string; shared?: string }>;
  hypervisors?: Entries<{ address?: string; shared?: string }>;
  machines?: Entries<MachineEntry>;
  agents?: Entries<AgentEntry>;
  services?: Entries<ServiceEntry>;
  edge?: Entries<EdgeEntry>;
  dns?: Entries<{ provider?: string; domain: string; shared?: string }>;
  backups?: Entries<BackupEntry>;
  shared?: Entries<{ stack: string }>;
}

interface MachineEntry {
  on?: string;
  cloud?: string;
  hypervisor?: string;
  shared?: string;
  size?: string;
  image?: string;
  docker?: string;
  address?: string;
  volumes?: Entries<{ path?: string }>;
}

interface AgentEntry {
  machine: string;
  runtime?: string;
  image?: ImageEntry;
  edge?: string;
  host?: string;
  port?: number;
  services?: string[];
}

interface ServiceEntry {
  machine: string;
  kind?: string;
  image?: ImageEntry;
  edge?: string;
  host?: string;
  /** Stacks that it reads, by what it calls them. */
  teams?: Entries<{ shared?: string }>;
}

type ImageEntry = { entry: string } | { reference: string };

export interface EdgeEntry {
  machine: string;
  proxy?: string;
  domain?: string;
  port?: number;
  httpPort?: number;
  bind?: string;
  tls?: string;
  network?: string;
  /** Somebody else's: it has no resources. */
  external?: boolean;
}

interface BackupEntry {
  machine: string;
  repository?: string;
  at?: string;
}
