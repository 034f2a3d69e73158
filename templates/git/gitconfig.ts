/** Where git is sent instead of a URL that is blocked: nowhere. */
const NOWHERE = "https://blocked.invalid/";

/** /etc/gitconfig: credentials from a file of the system's, and URLs that lead nowhere. */
export function renderGitConfig(blocked: string[]): string {
  const lines = ["[credential]", "\thelper = store --file /etc/git-credentials"];
  if (blocked.length > 0) lines.push(`[url "${NOWHERE}"]`, ...blocked.map((url) => `\tinsteadOf = ${url}`));
  return `${lines.join("\n")}\n`;
}
