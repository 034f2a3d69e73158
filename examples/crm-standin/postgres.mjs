// Records in PostgreSQL, by psql: what it is asked stands on its standard input, and the password in none of it.
import { spawn } from "node:child_process";
import { text as read } from "node:stream/consumers";
import { UNIQUE } from "./memory.mjs";

const quote = (value) => `'${String(value).replaceAll("'", "''")}'`;
const pathOf = (field) => quote(`{${field.replaceAll(".", ",")}}`);
/** As the REST API shows it. */
const TIME = `to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const SHOWN = `data || jsonb_build_object('id', id, 'updatedAt', ${TIME})`;

async function query(url, sql) {
  const psql = spawn("psql", ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", url], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  psql.stdin.end(sql);
  const ended = new Promise((resolve, reject) => psql.once("error", reject).once("close", resolve));
  const [out, said, code] = await Promise.all([read(psql.stdout), read(psql.stderr), ended]);
  if (code !== 0) throw new Error(said.trim().split("\n")[0] ?? `psql ended with ${code}`);
  return out.trim();
}

export function postgresStore(url) {
  return {
    async list(object, { since, after, field, values, limit }) {
      const where = [`object = ${quote(object)}`];
      if (since !== undefined) where.push(`updated_at >= ${quote(since)}`);
      if (after !== undefined) where.push(`(updated_at, id) > (${quote(after[0])}, ${quote(after[1])})`);
      if (field !== undefined) where.push(`data #>> ${pathOf(field)} IN (${values.map(quote).join(",")})`);
      const rows = `SELECT ${SHOWN} AS record, updated_at, id FROM core.record WHERE ${where.join(" AND ")}
        ORDER BY updated_at, id LIMIT ${limit}`;
      return JSON.parse(
        await query(url, `SELECT coalesce(jsonb_agg(record ORDER BY updated_at, id), '[]') FROM (${rows}) rows`),
      );
    },
    async upsert(object, records) {
      const path = pathOf(UNIQUE[object]);
      const statements = records.map(({ id, updatedAt: _, ...data }) => {
        const json = `${quote(JSON.stringify(data))}::jsonb`;
        return `INSERT INTO core.record (object, id, updated_at, data)
          SELECT ${quote(object)}, coalesce(
            (SELECT id FROM core.record WHERE object = ${quote(object)} AND id = ${quote(id)}),
            (SELECT id FROM core.record WHERE object = ${quote(object)} AND nullif(${json} #>> ${path}, '') = data #>> ${path}),
            ${quote(id)}), date_trunc('milliseconds', clock_timestamp()), ${json}
          ON CONFLICT (object, id) DO UPDATE SET data = record.data || excluded.data, updated_at = excluded.updated_at;`;
      });
      await query(url, `BEGIN;\n${statements.join("\n")}\nCOMMIT;`);
      return records;
    },
    ready: () => query(url, "SELECT 1"),
  };
}
