// Records in memory, for tests that have no database.

/** The value of a field, by its path. */
const at = (record, path) => path.split(".").reduce((value, key) => value?.[key], record);

export const UNIQUE = { companies: "domainName.primaryLinkUrl", people: "emails.primaryEmail" };

export function memoryStore() {
  const objects = { companies: new Map(), people: new Map() };
  let last = 0;
  return {
    async list(object, { since, after, field, values, limit }) {
      return [...objects[object].values()]
        .filter((record) => since === undefined || record.updatedAt >= since)
        .filter((record) => field === undefined || values.includes(at(record, field)))
        .sort((a, b) => compare([a.updatedAt, a.id], [b.updatedAt, b.id]))
        .filter((record) => after === undefined || compare([record.updatedAt, record.id], after) > 0)
        .slice(0, limit);
    },
    async upsert(object, records) {
      const path = UNIQUE[object];
      const changed = records.map((record) => {
        const value = at(record, path);
        const twin = value ? [...objects[object].values()].find((other) => at(other, path) === value) : undefined;
        const known = objects[object].get(record.id);
        // As Twenty: what is found by a unique value is what is meant, unless the id says another.
        if (known && twin && known !== twin)
          throw new Error("Multiple records found with the same unique field values");
        const there = known ?? twin;
        if (record.companyId && !objects.companies.has(record.companyId)) throw new Error("no such company");
        last = Math.max(Date.now(), last);
        return { ...there, ...record, id: there?.id ?? record.id, updatedAt: new Date(last).toISOString() };
      });
      for (const record of changed) objects[object].set(record.id, record);
      return changed;
    },
    async ready() {},
  };
}

const compare = ([a, b], [c, d]) => (a === c ? (b < d ? -1 : b > d ? 1 : 0) : a < c ? -1 : 1);
