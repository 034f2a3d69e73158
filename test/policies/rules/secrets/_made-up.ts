/** Made up, and put together here, so that nothing that looks for leaked secrets takes them for some. */
const letters = (length: number) => "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z".repeat(4).slice(0, length);

export const MADE_UP = {
  anthropic: ["sk", "ant", "api03", letters(40)].join("-"),
  openRouter: ["sk", "or", "v1", letters(40)].join("-"),
  openAi: ["sk", "proj", letters(40)].join("-"),
  gitHub: ["ghp", letters(36)].join("_"),
  gitHubFine: ["github", "pat", letters(40)].join("_"),
  gitLab: ["glpat", letters(20)].join("-"),
  slack: ["xoxb", "123456789012", letters(24)].join("-"),
  slackApp: ["xapp", "1", letters(24)].join("-"),
  slackHook: ["https://hooks.slack.com", "services", "T00000000", "B00000000", letters(24)].join("/"),
  aws: ["AKIA", "ABCDEFGH12345678"].join(""),
  google: ["AIza", letters(35)].join(""),
  digitalOcean: ["dop", "v1", "0f".repeat(32)].join("_"),
  tailscale: ["tskey", "auth", letters(24)].join("-"),
  telegram: ["123456789", letters(35)].join(":"),
  discord: [`M${letters(23)}`, letters(6), letters(30)].join("."),
  npm: ["npm", letters(36)].join("_"),
  pulumi: ["pul", "0f".repeat(20)].join("-"),
  huggingFace: ["hf", letters(34)].join("_"),
  stripe: ["sk", "live", letters(24)].join("_"),
  sendGrid: ["SG", letters(22), letters(43)].join("."),
  cloudflareTunnel: Buffer.from(JSON.stringify({ a: letters(32), t: letters(36), s: letters(40) })).toString("base64"),
  jwt: [{ alg: "none" }, { sub: "made-up", exp: 1 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat(letters(43))
    .join("."),
  age: ["AGE-SECRET-KEY", `1${letters(58).toUpperCase()}`].join("-"),
  hash: ["", "6", letters(16), letters(86)].join("$"),
  azureAccount: `DefaultEndpointsProtocol=https;AccountName=made;AccountKey=${letters(64)}${letters(22)}==`,
  url: ["postgres://app", "hunter2@db:5432/app"].join(":"),
  pem: ["-----BEGIN", "EC PRIVATE", "KEY-----\n", letters(64), "\n-----END EC PRIVATE KEY-----\n"].join(" "),
};

export const PEM_IN_BASE64 = Buffer.from(`-----BEGIN ${"PRIVATE KEY"}-----\n${letters(64)}\n`).toString("base64");
export const PUBLIC_PEM_IN_BASE64 = Buffer.from(`-----BEGIN PUBLIC KEY-----\n${letters(64)}\n`).toString("base64");
