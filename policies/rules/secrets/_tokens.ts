/** What secrets look like that can be told by their form. The first that fits names it. */
const FORMS: [RegExp, string][] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/, "a private key"],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/, "a private key"],
  [/\bsk-ant-[\w-]{20,}/, "a key of Anthropic"],
  [/\bsk-or-[\w-]{20,}/, "a key of OpenRouter"],
  [/\bsk-(?=[\w-]{0,200}\d)[\w-]{20,}/, "a key of OpenAI"],
  [/\bgh[pousr]_[A-Za-z0-9]{30,}/, "a token of GitHub"],
  [/\bgithub_pat_\w{22,}/, "a token of GitHub"],
  [/\bglpat-[\w-]{20,}/, "a token of GitLab"],
  [/\bxox[abeoprs]-[\w-]{10,}/, "a token of Slack"],
  [/\bxapp-\d-[\w-]{10,}/, "a token of Slack"],
  [/\bhooks\.slack\.com\/services\/\w+\/\w+\/\w+/, "a webhook of Slack"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, "an access key of AWS"],
  [/\bAIza[\w-]{35}(?![\w-])/, "a key of Google"],
  [/\bdo[opr]_v1_[a-f0-9]{64}\b/, "a token of DigitalOcean"],
  [/\btskey-[a-z]+-[\w-]{16,}/, "a key of Tailscale"],
  [/\b\d{8,10}:[\w-]{35}(?![\w-])/, "a token of a Telegram bot"],
  [/\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}/, "a token of a Discord bot"],
  [/\bnpm_[A-Za-z0-9]{36}\b/, "a token of npm"],
  [/\bpul-[a-f0-9]{40}\b/, "a token of Pulumi"],
  [/\bhf_[A-Za-z0-9]{30,}/, "a token of Hugging Face"],
  [/\b[rs]k_live_[A-Za-z0-9]{16,}/, "a key of Stripe"],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/, "a key of SendGrid"],
  [/\beyJhIjoi[\w+/-]{60,}/, "a token of a Cloudflare tunnel"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a signed token (JWT)"],
  [/\$(?:1|2[abxy]|5|6|7|y|apr1|argon2id?)\$[\w./$=,+-]{20,}/, "the hash of a password"],
  [/(?<![\w/])AccountKey=[\w+/]{40,}/, "a key of an Azure account"],
];

/** A URL with a user's password in it; a reference, `$NAME`, is none. Bounded: a text can be made to take long. */
const URL_PASSWORD = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{0,100}:(?![$%{<*])[^\s/@"']{1,300}@/i;

/** `-----BEGIN ` in base64. */
const PEM_IN_BASE64 = /LS0tLS1CRUdJTi[\w+/]+/g;

/** The kind of secret that a text holds, in words; undefined if it holds none that is known by its form. */
export function tokenIn(text: string): string | undefined {
  const form = FORMS.find(([form]) => form.test(text));
  if (form) return form[1];
  if (URL_PASSWORD.test(text)) return "a password in a URL";
  const isKey = (base64: string) => /PRIVATE KEY/.test(Buffer.from(base64, "base64").toString("latin1"));
  return (text.match(PEM_IN_BASE64) ?? []).some(isKey) ? "a private key in base64" : undefined;
}
