import { isMap, isPair, isScalar, type Node, type Pair, parseDocument, type Scalar, visit } from "yaml";

/** What is called otherwise in the copy. */
export interface Renames {
  /** The team's word. */
  team: [from: string, to: string];
  /** Agents, by their name in the original. */
  agents: Map<string, string>;
}

/** Values that are no names of the fleet, whatever word is in them: what is installed, and what proves a host or a person. */
const NO_NAMES = new Set([
  "image",
  "from",
  "tag",
  "version",
  "debian",
  "node",
  "npm",
  "kind",
  "runtime",
  "on",
  "provider",
  "proxy",
]);
const KEYS = new Set(["hostKey", "sshKeys", "keys", "secure", "encryptionsalt"]);

/**
 * A stack file's text with its names changed, and every other byte as it is. The team's word is changed wherever it stands by itself or
 * between hyphens, dots and slashes, in comments too. An agent's name may be any word: it is changed within the agent's own entry, in
 * the names of secrets, and where it stands alone as a value.
 */
export function renamed(text: string, { team, agents }: Renames): string {
  const teamOnly = new Map([team]);
  const all = new Map([...agents, team]);
  const atStart = new Map(agents);
  const document = parseDocument(text);
  const blocks = agentBlocks(document.contents, agents);
  const inBlock = (at: number) => blocks.some(([from, to]) => at >= from && at < to);

  const scalars: { from: number; to: number; change: (text: string) => string }[] = [];
  visit(document, {
    Scalar(key, node, path) {
      if (!node.range) return;
      const [from, to] = node.range;
      const keys = keysOf(path, key === "key" ? undefined : node);
      const own = inBlock(from);
      scalars.push({ from, to, change: changeOf({ node, keys, isKey: key === "key", own }) });
    },
  });
  function changeOf(place: { node: Scalar; keys: string[]; isKey: boolean; own: boolean }): (text: string) => string {
    const { node, keys, isKey, own } = place;
    const value = String(node.value);
    // Before what proves somebody: below a PA's `keys` there are names of secrets.
    const isSecret = keys.at(-1) === "secret" || (isKey && keys.at(-1)?.endsWith("secrets"));
    if (isSecret) return (text) => words(words(text, atStart, "start"), teamOnly);
    if (keys.some((key) => KEYS.has(key)) || (!isKey && NO_NAMES.has(keys.at(-1) ?? ""))) return (text) => text;
    // An agent's key itself, and what refers to it.
    if (agents.has(value) && (isKey ? keys.at(-1)?.endsWith("agents") : true)) return (text) => words(text, all);
    return (text) => words(text, own && !isKey ? all : teamOnly);
  }

  scalars.sort((one, other) => one.from - other.from);
  let result = "";
  let end = 0;
  // Between scalars there are comments, and signs that no word is in.
  const gap = (to: number) => words(text.slice(end, to), inBlock(end) ? all : teamOnly);
  for (const { from, to, change } of scalars) {
    result += gap(from) + change(text.slice(from, to));
    end = to;
  }
  return result + gap(text.length);
}

/** From where to where each agent's entry stands. */
function agentBlocks(root: Node | null, agents: Map<string, string>): [number, number][] {
  const config = isMap(root) ? root.get("config") : undefined;
  if (!isMap(config)) return [];
  const section = config.items.find(({ key }) => isScalar(key) && /(^|:)agents$/.test(String(key.value)))?.value;
  if (!isMap(section)) return [];
  return section.items.flatMap(({ key, value }): [number, number][] => {
    const name = key as Scalar;
    const end = (value as Node | null)?.range?.[2];
    return agents.has(String(name.value)) && name.range && end ? [[name.range[0], end]] : [];
  });
}

/** The keys that a scalar stands below; its own, where it is a value. */
function keysOf(path: readonly unknown[], value: Node | undefined): string[] {
  const pairs = path.filter((node): node is Pair => isPair(node));
  const keys = pairs.map(({ key }) => (isScalar(key) ? String(key.value) : ""));
  return value === undefined ? keys.slice(0, -1) : keys;
}

/** Changes whole words: those with no letter or digit beside them. `Beta` becomes `Delta` where `beta` becomes `delta`. */
function words(text: string, names: Map<string, string>, where: "start" | "anywhere" = "anywhere"): string {
  if (names.size === 0) return text;
  const longest = [...names.keys()].sort((one, other) => other.length - one.length);
  const alternatives = longest.map((name) => name.replace(/[^\w]/g, "\\$&")).join("|");
  const before = where === "start" ? `^(["']?)` : "(?<![A-Za-z0-9])()";
  return text.replace(
    new RegExp(`${before}(${alternatives})(?![A-Za-z0-9])`, "gi"),
    (found, quote: string, word: string) => {
      const exact = names.get(word);
      if (exact !== undefined) return quote + exact;
      const other = names.get(word.toLowerCase());
      const isCapital = word === capital(word.toLowerCase());
      return other !== undefined && isCapital ? quote + capital(other) : found;
    },
  );
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
