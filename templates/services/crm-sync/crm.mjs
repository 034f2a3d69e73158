// A CRM's REST API, as Twenty has it. What is read is read with GET; `upsert` is the one function that writes, and it is only ever
// given the hub.

/** Twenty's own limit of records to a request. */
export const PAGE = 60;
const TIMEOUT_MILLISECONDS = 30_000;
const MOST_BYTES = 20 * 2 ** 20;

/** What went wrong, in a word. It never holds an address with a filter, a record or a key: it is shown. */
export class Failure extends Error {
  constructor(kind, detail) {
    super(detail === undefined ? kind : `${kind} (${detail})`);
    this.kind = kind;
  }
}

/** One page of an object's records, from `since` on, oldest change first. */
export async function readPage(crm, object, { since, after }) {
  const query = new URLSearchParams({ limit: String(PAGE), depth: "0", order_by: "updatedAt[AscNullsFirst]" });
  if (since !== undefined) query.set("filter", `updatedAt[gte]:"${since}"`);
  if (after !== undefined) query.set("starting_after", after);
  const answer = await ask(crm, "GET", `/rest/${object}?${query}`);
  const records = answer?.data?.[object];
  if (!Array.isArray(records)) throw new Failure("unexpected answer", `no ${object}`);
  const { hasNextPage = false, endCursor } = answer.pageInfo ?? {};
  return { records, next: hasNextPage && endCursor ? endCursor : undefined };
}

/** Records in which a field has one of these values. */
export async function readWith(crm, object, field, values) {
  const list = values.map((value) => `"${value}"`).join(",");
  const query = new URLSearchParams({ limit: String(PAGE), depth: "0", filter: `${field}[in]:[${list}]` });
  const answer = await ask(crm, "GET", `/rest/${object}?${query}`);
  return answer?.data?.[object] ?? [];
}

/** Makes records, or what they say of those whose id is there. */
export async function upsert(crm, object, records) {
  await ask(crm, "POST", `/rest/batch/${object}?upsert=true&depth=0`, records);
}

async function ask({ url, key }, method, path, body) {
  const response = await fetch(url.replace(/\/$/, "") + path, {
    method,
    // A key is for one address, and goes nowhere else.
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    headers: {
      authorization: `Bearer ${key}`,
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Failure("unreachable");
  });
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    if (status === 401 || status === 403) throw new Failure("key refused", status);
    throw new Failure(status >= 500 || status === 408 || status === 429 ? "unavailable" : "rejected", status);
  }
  return parsed(await bounded(response));
}

async function bounded(response) {
  const chunks = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new Failure("unexpected answer", "too long");
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Failure ? error : new Failure("unreachable", "in the middle of an answer");
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("unexpected answer", "no JSON");
  }
}
