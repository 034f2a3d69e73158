import type { Repository } from "./repository.js";
import { tenant } from "./tenant.js";

/** A kind of change that a fleet sees, and what its review has to come to. */
export interface Change {
  name: string;
  make: (fleet: Repository) => void;
  /** What it is compared with; default: main. */
  base?: string;
  /** 0: may go on; 1: something cannot be compared; 9: it is stopped. */
  exitCode: number;
  /** Stacks that the review shows. */
  stacks: string[];
}

const WEB = "stacks/Pulumi.web.yaml";
const TEAM = "stacks/Pulumi.team.yaml";
const SALT = "v1:NlRsJv0lJw8=:v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

export const CHANGES: Change[] = [
  {
    name: "image-bump",
    make: (fleet) => fleet.edit(WEB, /notes:1\.0\.0@sha256:1+/, `notes:1.1.0@sha256:${"2".repeat(64)}`),
    exitCode: 0,
    stacks: ["web"],
  },
  {
    name: "memory",
    make: (fleet) => fleet.edit(WEB, "memory: 1GiB", "memory: 2GiB"),
    exitCode: 0,
    stacks: ["web"],
  },
  {
    name: "new-agent",
    make: (fleet) =>
      fleet.edit(
        WEB,
        "    brook:\n",
        `    dara:
      machine: here
      runtime: container
      image: notes
      internalPort: 8080
      health: { http: /healthz }

    brook:
`,
      ),
    exitCode: 0,
    stacks: ["web"],
  },
  {
    // Its data is deleted with it: the stack file said so.
    name: "removed-volume",
    make: (fleet) => fleet.edit(WEB, "        cache: { path: /cache, deleteData: true }\n", ""),
    exitCode: 9,
    stacks: ["web"],
  },
  {
    name: "removed-volume-kept",
    make: (fleet) => fleet.edit(WEB, "      volumes:\n        data: { path: /data }\n\n", "\n"),
    exitCode: 0,
    stacks: ["web"],
  },
  {
    name: "renamed-machine",
    make: (fleet) =>
      fleet.write(TEAM, fleet.read(TEAM).replace("    alpha:", "    beta:").replace("machine: alpha", "machine: beta")),
    exitCode: 9,
    stacks: ["team"],
  },
  {
    name: "renamed-machine-acknowledged",
    make: (fleet) =>
      fleet.write(
        TEAM,
        `${fleet.read(TEAM).replace("    alpha:", "    beta:").replace("machine: alpha", "machine: beta")}
  fleet:acknowledged:
    urn:pulumi:team::fleet::fleet:index:Fleet$fleet:hosts:DigitalOceanMachine$digitalocean:index/droplet:Droplet::team-alpha-droplet: Its data is on the volume
    urn:pulumi:team::fleet::fleet:index:Fleet$fleet:agents:Agent$fleet:data:DataVolume$docker:index/volume:Volume::team-clio-data-volume: A copy of it is restored on the new one
`,
      ),
    exitCode: 0,
    stacks: ["team"],
  },
  {
    // What it is called changes, what it is does not.
    name: "refactoring-with-alias",
    make: (fleet) =>
      fleet.write(
        "components/data/volume.ts",
        fleet
          .read("components/data/volume.ts")
          .replace("`${name}-volume`", "`${name}-data`")
          .replace("parent: this,", "parent: this,\n            aliases: [{ name: `${name}-volume` }],"),
      ),
    exitCode: 0,
    stacks: ["hub", "team", "web"],
  },
  {
    name: "template-edit",
    make: (fleet) => fleet.edit("templates/proxy/caddyfile.ts", '"grace_period 10s"', '"grace_period 20s"'),
    exitCode: 0,
    stacks: ["web"],
  },
  {
    name: "policy-breach",
    make: (fleet) => fleet.edit(WEB, /notes:1\.0\.0@sha256:1+/, "notes:latest"),
    exitCode: 9,
    stacks: ["web"],
  },
  {
    name: "secret-added",
    make: (fleet) => {
      fleet.edit(
        WEB,
        "      resources: { memory: 1GiB }",
        "      env: { GREETING: hello }\n      resources: { memory: 1GiB }",
      );
      fleet.edit(WEB, "{ token: { secret: token } }", "{ token: { secret: token }, key: { secret: key } }");
      fleet.write(
        WEB,
        `encryptionsalt: ${SALT}\n${fleet.read(WEB)}    key: { secure: "v1:AAAAAAAAAAAAAAAA:c2VjcmV0LW9mLW5vYm9keQ==" }\n`,
      );
    },
    exitCode: 0,
    stacks: ["web"],
  },
  {
    name: "no-op",
    make: (fleet) => fleet.write("README.md", "# A fleet\n"),
    exitCode: 0,
    stacks: [],
  },
  {
    name: "no-op-in-code",
    make: (fleet) => fleet.edit("components/containers.ts", "const CPU_PERIOD", "// Said otherwise.\nconst CPU_PERIOD"),
    exitCode: 0,
    stacks: ["hub", "team", "web"],
  },
  {
    name: "new-and-removed-stack",
    make: (fleet) => {
      fleet.write(
        "stacks/Pulumi.web2.yaml",
        fleet.read(WEB).replaceAll("localhost", "web2.localhost").replaceAll("port: 80", "port: 90"),
      );
      fleet.git("rm", "--quiet", TEAM);
    },
    exitCode: 9,
    stacks: ["team", "web2"],
  },
  {
    // Every tenant the same: one diff, told once.
    name: "hundred-tenants",
    make: (fleet) => {
      fleet.git("checkout", "--quiet", "-B", "tenants", "main");
      for (let index = 1; index <= 100; index++) fleet.write(`stacks/Pulumi.tenant-${index}.yaml`, tenant(index));
      fleet.commit("A hundred tenants");
      fleet.git("checkout", "--quiet", "-B", "hundred-tenants");
      fleet.edit("templates/proxy/caddyfile.ts", '"grace_period 10s"', '"grace_period 20s"');
    },
    base: "tenants",
    exitCode: 0,
    stacks: [...Array.from({ length: 100 }, (_, index) => `tenant-${index + 1}`).sort(), "web"],
  },
  {
    name: "broken-stack",
    make: (fleet) => fleet.edit(WEB, "image: notes\n", "image: nothing\n"),
    exitCode: 1,
    stacks: ["web"],
  },
  {
    name: "shared-changes",
    make: (fleet) => fleet.edit("stacks/Pulumi.hub.yaml", "region: nyc3", "region: ams3"),
    exitCode: 9,
    stacks: ["hub", "team"],
  },
];
