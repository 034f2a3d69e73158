// API keys: signed with APP_SECRET, as Twenty's are, and with what their role may do in front: `read` or `write`.
import { createHmac, timingSafeEqual } from "node:crypto";

const signature = (role, secret) => createHmac("sha256", secret).update(`api-key:${role}`).digest("hex");

export const apiKey = (role, secret) => `${role}.${signature(role, secret)}`;

/** The role of a request's key; undefined for one without a good key. */
export function roleOf({ headers }, secret) {
  const [, role, given] = /^Bearer (read|write)\.([0-9a-f]{64})$/.exec(headers.authorization ?? "") ?? [];
  if (role === undefined) return undefined;
  return timingSafeEqual(Buffer.from(given), Buffer.from(signature(role, secret))) ? role : undefined;
}

if (process.argv[1]?.endsWith("keys.mjs")) {
  if (!process.env.APP_SECRET) process.loadEnvFile();
  console.log(apiKey(process.argv[2] ?? "read", process.env.APP_SECRET));
}
