import { gzipSync } from "node:zlib";
import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";
import { MADE_UP } from "./_made-up.js";

const gcp = "gcp:compute/instance:Instance";
const azure = "azure-native:compute:VirtualMachine";
const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");

/** What a droplet of ours is given, in short. */
const OURS = `#cloud-config
users:
  - name: fleet
    shell: /bin/bash
    lock_passwd: true
    ssh_authorized_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIB6YCkvy8E/s6ZXiaJAxSr9etwZFqGMhBgDiIg+Jk4e ops@example.com
disable_root: true
ssh_pwauth: false
write_files:
  - path: /usr/local/lib/fleet/apply
    permissions: "0755"
    content: |
      #!/usr/bin/python3 -I
      import hashlib, os, subprocess, sys
      token = sys.argv
      secret = take(1)
      password = os.environ["PASSWORD"]
  - path: /etc/sudoers.d/50-fleet
    content: |
      fleet ALL=(root) NOPASSWD: /usr/local/lib/fleet/apply ""
  - path: /etc/ssh/sshd_config.d/50-fleet.conf
    content: |
      PasswordAuthentication no
      AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/fleet-keys/%u
runcmd:
  - gpasswd --delete "$name" fleet-users >/dev/null
  - TOKEN=$(cat /run/token) tailscale up --auth-key=file:/run/ts.key
`;
const PASSWORD = "#cloud-config\nssh_pwauth: true\npassword: correct-horse\n";

export const samples: Samples = {
  passing: [
    { name: "none", props: {} },
    { name: "as our components make it", props: { userData: OURS } },
    { name: "a script that asks for its token", props: { userData: "#!/bin/sh\nTOKEN=$(vault read token)\n" } },
    { name: "a line that is allowed", props: { userData: PASSWORD }, settings: { allowedNames: ["password"] } },
    { name: "a script on Google's", type: gcp, props: { metadataStartupScript: "#!/bin/sh\napt-get update\n" } },
    {
      name: "Google's own switches",
      type: gcp,
      props: {
        metadata: { "enable-oslogin": "TRUE", "block-project-ssh-keys": "true", "ssh-keys": "ops:ssh-ed25519 AAAA" },
      },
    },
    { name: "on Azure, packed", type: azure, props: { osProfile: { customData: base64(gzipSync(OURS)) } } },
    { name: "on libvirt", type: "libvirt:index/cloudinitDisk:CloudinitDisk", props: { userData: OURS, metaData: "" } },
  ],
  failing: [
    { name: "a password", props: { userData: PASSWORD }, says: "userData: password in line 3 is named like a secret" },
    {
      name: "a password's hash",
      props: { userData: `users:\n  - name: ops\n    passwd: ${MADE_UP.hash}\n` },
      says: "the hash",
    },
    { name: "a password for all", props: { userData: '{"plain_text_passwd": "correct horse"}' } },
    {
      name: "a token in a script",
      props: { userData: `curl -H "X: ${MADE_UP.gitHub}" example.org` },
      says: "a token of GitHub",
    },
    {
      name: "a key of Tailscale",
      props: { userData: `tailscale up --auth-key ${MADE_UP.tailscale}` },
      says: "Tailscale",
    },
    {
      name: "a private key",
      props: { userData: `write_files:\n  - content: |\n      ${MADE_UP.pem}` },
      says: "a private key",
    },
    {
      name: "an exported variable",
      props: { userData: "#!/bin/sh\nexport API_TOKEN='q1w2e3'\n" },
      says: "API_TOKEN in line 2",
    },
    { name: "in base64", props: { userData: base64(PASSWORD) }, says: "password in line 3" },
    {
      name: "in a group of droplets",
      type: "digitalocean:index/dropletAutoscale:DropletAutoscale",
      props: { dropletTemplate: { userData: PASSWORD } },
    },
    { name: "in Google's script", type: gcp, props: { metadataStartupScript: "DB_PASSWORD=q1w2e3 serve" } },
    {
      name: "in Google's metadata by name",
      type: gcp,
      props: { metadata: { "api-token": "q1w2e3" } },
      says: "api-token",
    },
    { name: "in a text of Google's metadata", type: gcp, props: { metadata: { "user-data": PASSWORD } } },
    {
      name: "in a template of Google's",
      type: "gcp:compute/instanceTemplate:InstanceTemplate",
      props: { metadata: { x: PASSWORD } },
    },
    { name: "on Azure", type: azure, props: { osProfile: { customData: base64(PASSWORD) } } },
    { name: "in what is packed on Azure", type: azure, props: { userData: base64(gzipSync(PASSWORD)) } },
    {
      name: "in a scale set of Azure's",
      type: "azure-native:compute:VirtualMachineScaleSet",
      props: { virtualMachineProfile: { osProfile: { customData: base64(PASSWORD) } } },
    },
    {
      name: "by Azure's classic provider",
      type: "azure:compute/linuxVirtualMachine:LinuxVirtualMachine",
      props: { customData: base64(PASSWORD) },
    },
    {
      name: "in what libvirt is given",
      type: "libvirt:index/cloudinitDisk:CloudinitDisk",
      props: { userData: PASSWORD },
    },
    {
      name: "on libvirt, of the network",
      type: "libvirt:index/cloudinitDisk:CloudinitDisk",
      props: { userData: OURS, networkConfig: 'wifis: { wl0: { access-points: { x: { password: "q1w2e3" } } } }' },
    },
    {
      name: "by Ignition",
      type: "libvirt:index/ignition:Ignition",
      props: { content: JSON.stringify({ passwd: { users: [{ name: "core", passwordHash: MADE_UP.hash }] } }) },
    },
  ],
  unknown: [
    { name: "user data", props: { userData: UNKNOWN } },
    {
      name: "packed by something else",
      props: { userData: base64(Buffer.from([31, 139, 8, 0, ...Array(40).fill(9)])) },
      says: "cannot be read",
    },
    { name: "no text", props: { userData: base64(Buffer.alloc(32, 7)) }, says: "cannot be read" },
    { name: "all of Google's metadata", type: gcp, props: { metadata: UNKNOWN } },
    {
      name: "one of Google's metadata",
      type: gcp,
      props: { metadata: { "startup-script": UNKNOWN } },
      says: "startup-script",
    },
    { name: "on Azure, all of the profile", type: azure, props: { osProfile: UNKNOWN } },
    {
      name: "on libvirt, known later",
      type: "libvirt:index/cloudinitDisk:CloudinitDisk",
      props: { userData: UNKNOWN },
    },
  ],
};
