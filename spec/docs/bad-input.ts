/** Examples of what people write by mistake, for the reference page: it shows them with the messages that they get. */
export const BAD_INPUT: { about: string; yaml: string }[] = [
  {
    about: "Misspelt keys, sections and words",
    yaml: `config:
  fleet:machine:
    here: { on: docker }
  fleet:machines:
    here: { on: doker, sockt: unix:///var/run/docker.sock }
  flet:secrets: {}
`,
  },
  {
    about: "Sizes, times, versions and names",
    yaml: `config:
  fleet:machines:
    here: { on: docker }
    The_Other: { on: docker, socket: unix:///run/other.sock }
  fleet:agents:
    probe:
      machine: here
      runtime: container
      image: example.org/probe:1
      internalPort: 8080
      health: { http: /healthz, interval: 5 }
      resources: { memory: 2 gigs }
  fleet:images:
    openclaw: { build: { node: 24.10, npm: { openclaw: latest } } }
`,
  },
  {
    about: "Names of what is not there",
    yaml: `config:
  fleet:machines:
    here: { on: docker }
  fleet:agents:
    ada:
      machine: her
      runtime: openclaw
      image: openclw
      port: 18789
      model: { primary: standin/small }
      reaches: [ada, bob]
      env: { API_KEY: { secret: apiKey } }
  fleet:images:
    openclaw: { build: { node: 24.16.0, npm: { openclaw: 2026.9.6 } } }
`,
  },
  {
    about: "Clashes of ports, hosts and Docker names",
    yaml: `config:
  fleet:machines:
    here: { on: docker }
  fleet:agents:
    a:
      machine: here
      runtime: container
      image: example.org/a:1
      port: 8080
      host: X.example.org
      volumes:
        b-config: { path: /data }
    a-b:
      machine: here
      runtime: container
      image: example.org/a:1
      port: 8080
      host: x.example.org
  fleet:edge:
    front: { machine: here, image: "caddy:2", domain: example.org, port: 8080 }
`,
  },
  {
    about: "Machines that are reached, and not proved",
    yaml: `config:
  fleet:machines:
    server: { on: existing, docker: ssh://deploy@example.org }
    same: { on: existing, docker: "ssh://root@example.org:22", hostKey: SHA256:8Wq }
    open: { on: existing, docker: tcp://10.0.0.2:2375 }
`,
  },
  {
    about: "Reasons that are none, and rules of policies",
    yaml: `config:
  fleet:acknowledged:
    urn:pulumi:example::fleet::docker:index/volume:Volume::ada-data: todo
    urn:pulumi:other::fleet::docker:index/volume:Volume::ada-data: replaced by the database on db-1
    ada-data: moved to the volume ada-state
  fleet:policies:
    Container_No_Privileged: { level: off }
    container-no-privileged:
      exceptions: [{ resource: "**::ada", reason: because, expires: 2027-02-30 }]
`,
  },
  {
    about: "Half-edited YAML",
    yaml: `config:
  fleet:machines:
    here: { on: docker
  fleet:agents:
`,
  },
  {
    about: "The same name twice",
    yaml: `config:
  fleet:machines:
    here: { on: docker }
    here: { on: docker, socket: unix:///run/other.sock }
`,
  },
  {
    about: "Secrets in the wrong place, or in clear text",
    yaml: `config:
  fleet:machines:
    here: { on: docker }
  fleet:agents:
    probe:
      machine: here
      runtime: container
      image: example.org/probe:1
      env: { KEY: { secure: v1:abc } }
  fleet:secrets:
    other: hunter2
`,
  },
];
