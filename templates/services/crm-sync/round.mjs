// One round of one team: what has changed there since the last one is copied into the hub.
import { copyOf, OBJECTS, UNIQUE } from "./copies.mjs";
import { Failure, readPage, readWith, upsert } from "./crm.mjs";

/** A team with more than this takes several rounds. */
const MOST_PAGES = 500;

/**
 * @param cursor how far each object is: `{ since, ids }`, the last change that was copied and the records that have it. Written on.
 * @param save keeps the cursor, after each page: what was copied is not copied again, whatever happens then.
 */
export async function round({ team, source, hub, teamField, cursor, save }) {
  const done = { copied: 0, skipped: 0 };
  for (const object of OBJECTS) {
    const start = cursor[object] ?? { ids: [] };
    let after;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { records, next } = await readPage(source, object, { since: start.since, after });
      const fresh = records.filter(({ id, updatedAt }) => updatedAt !== start.since || !start.ids.includes(id));
      if (fresh.length > 0) {
        const copies = fresh.map((record) => copyOf(team, object, record, teamField));
        await settleUnique(hub, object, copies);
        const skipped = await write(hub, object, copies);
        done.copied += copies.length - skipped;
        done.skipped += skipped;
        cursor[object] = advanced(cursor[object] ?? start, records);
        await save();
      }
      if (next === undefined) break;
      after = next;
    }
  }
  return done;
}

/** The last change of a page, and every record that has it: more of them may follow. */
function advanced(before, records) {
  const since = records.at(-1).updatedAt;
  const ids = records.filter(({ updatedAt }) => updatedAt === since).map(({ id }) => id);
  return { since, ids: since === before.since ? [...new Set([...before.ids, ...ids])] : ids };
}

async function settleUnique(hub, object, copies) {
  const { field, of, demote } = UNIQUE[object];
  const valued = copies.filter((copy) => of(copy) !== undefined);
  // What a filter cannot be asked for is taken for taken.
  const plain = valued.filter((copy) => !/[",'[\]\\]/.test(of(copy)));
  const holders = new Map();
  if (plain.length > 0)
    for (const record of await readWith(hub, object, field, plain.map(of))) holders.set(of(record), record.id);
  for (const copy of valued) {
    const holder = plain.includes(copy) ? holders.get(of(copy)) : "unknown";
    if (holder !== undefined && holder !== copy.id) demote(copy);
  }
}

/** All at once; where the hub rejects that, one by one, so that a record that it cannot take keeps no other back. */
async function write(hub, object, copies) {
  if (await accepts(hub, object, copies)) return 0;
  let skipped = 0;
  for (const copy of copies) {
    const { companyId, ...alone } = copy;
    const taken =
      (await accepts(hub, object, [copy])) || (companyId !== undefined && (await accepts(hub, object, [alone])));
    if (!taken) skipped++;
  }
  return skipped;
}

async function accepts(hub, object, copies) {
  try {
    await upsert(hub, object, copies);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.kind === "rejected") return false;
    throw error instanceof Failure ? new Failure(`hub: ${error.message}`) : error;
  }
}
