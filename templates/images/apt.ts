import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/** Settings of the host's apt that decide whether and how a mirror is reached. */
const NETWORK_OPTION =
  /^Acquire::(?:(?:http|https)::(?:[^ ]+::)?(?:Proxy|Proxy-Auto-Detect|CaInfo|Verify-Peer|Verify-Host|Timeout)\b|(?:Check-Valid-Until|Check-Date|Retries|ForceIPv4)\b)/i;

/**
 * The host's apt settings for reaching mirrors, in apt.conf syntax: may hold a proxy's password, so keep it in a file of
 * mode 0600. Behind a TLS-inspecting proxy apt trusts the system's certificates, or those of SSL_CERT_FILE where set.
 */
export function hostAptOptions(): string {
  let dump = "";
  try {
    dump = execFileSync("apt-config", ["dump"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // No apt on this host: mmdebstrap has its own defaults.
  }
  const lines = dump.split("\n").filter((line) => NETWORK_OPTION.test(line) && !/ "";$/.test(line));
  const bundle = process.env.SSL_CERT_FILE;
  if (bundle && fs.existsSync(bundle) && !lines.some((line) => /::CaInfo/i.test(line))) {
    lines.push(`Acquire::https::CaInfo ${JSON.stringify(bundle)};`);
  }
  if (!lines.some((line) => /::Retries/i.test(line))) lines.push('Acquire::Retries "3";');
  return `${lines.join("\n")}\n`;
}

/** The host's own apt sources of the given suites, as one-line entries; empty when it is another release. */
export function hostSources(suites: string[], root = "/etc/apt"): string[] {
  const files = [path.join(root, "sources.list")];
  try {
    for (const name of fs.readdirSync(path.join(root, "sources.list.d")).sort()) {
      files.push(path.join(root, "sources.list.d", name));
    }
  } catch {
    // No such folder.
  }
  const entries: string[] = [];
  for (const file of files) {
    let text: string;
    try {
      text = fs.readFileSync(file, "utf8");
    } catch {
      continue;
    }
    if (file.endsWith(".list")) entries.push(...oneLineEntries(text, suites));
    else if (file.endsWith(".sources")) entries.push(...deb822Entries(text, suites));
  }
  // The release itself must be among them: a host with an extra repository of that name alone cannot serve it.
  return entries.some((entry) => entry.split(" ")[2] === suites[0]) ? [...new Set(entries)] : [];
}

function oneLineEntries(text: string, suites: string[]): string[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, uri, suite, components] = match;
    return suites.includes(suite!) && components!.split(/[\s#]+/).includes("main") ? [`deb ${uri} ${suite} main`] : [];
  });
}

/** See sources.list(5), "DEB822-STYLE FORMAT". */
function deb822Entries(text: string, suites: string[]): string[] {
  const entries: string[] = [];
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  for (const stanza of lines.join("\n").split(/\n\s*\n/)) {
    const words = (field: string) =>
      new RegExp(`^${field}:((?:.|\\n[ \\t])*)`, "im").exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!words("Types").includes("deb") || !words("Components").includes("main") || words("Enabled")[0] === "no")
      continue;
    for (const uri of words("URIs")) {
      for (const suite of words("Suites")) if (suites.includes(suite)) entries.push(`deb ${uri} ${suite} main`);
    }
  }
  return entries;
}
