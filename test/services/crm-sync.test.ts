import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Crm, endAll, startCrm, syncInto } from "./crm.js";

afterEach(endAll);

const company = (name: string, url = `https://${name}.example`) => ({
  id: randomUUID(),
  name,
  domainName: { primaryLinkUrl: url, primaryLinkLabel: "", secondaryLinks: [] },
});
const person = (name: string, more: object = {}) => ({
  id: randomUUID(),
  name: { firstName: name, lastName: "Doe" },
  emails: { primaryEmail: `${name}@people.example`, additionalEmails: [] },
  createdBy: { source: "MANUAL", name: "somebody of the team" },
  ...more,
});
const reading = (crm: Crm) => ({ url: crm.url, key: crm.key("read") });
const withIn = (records: Record<string, unknown>[], name: string) =>
  records.filter((record) => JSON.stringify(record.name).includes(name));

describe("the hub's sync", () => {
  it("copies companies and people, one way, with the team that they are of", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    const acme = company("acme");
    await alpha.put("companies", [acme]);
    await alpha.put("people", [person("ada", { companyId: acme.id, jobTitle: "engineer" })]);
    await hub.put("people", [person("boss")]);
    const before = await alpha.list("people");

    const sync = syncInto(hub, { alpha: reading(alpha) }, { teamField: "sourceTeam" });
    expect(await sync.once()).toEqual({ code: 0, said: "alpha: ok, 2 copied, 0 skipped\n" });

    const [copied] = await hub.list("companies");
    expect(copied).toMatchObject({ name: "acme", sourceTeam: "alpha", domainName: acme.domainName });
    const [ada] = withIn(await hub.list("people"), "ada");
    expect(ada).toMatchObject({ jobTitle: "engineer", companyId: copied!.id, sourceTeam: "alpha" });
    expect(ada!.id).not.toBe(before[0]!.id);
    // Whose the record is in the team's CRM means nothing in the hub.
    expect(ada).not.toHaveProperty("createdBy");

    // Nothing of the hub has gone to the team, and nothing was asked of it but to read.
    expect(await alpha.list("people")).toEqual(before);
    expect(alpha.writes()).toEqual([]);
    expect(alpha.asked.length).toBeGreaterThan(0);
  });

  it("writes nothing where nothing has changed, and a change into the copy that is there", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    const ada = person("ada");
    await alpha.put("people", [ada, person("bob")]);
    const sync = syncInto(hub, { alpha: reading(alpha) });
    await sync.once();
    const first = hub.writes().length;
    expect((await sync.once()).said).toBe("alpha: ok, 0 copied, 0 skipped\n");
    expect(hub.writes().length).toBe(first);

    await alpha.put("people", [{ ...ada, jobTitle: "director" }]);
    expect((await sync.once()).said).toBe("alpha: ok, 1 copied, 0 skipped\n");
    const people = await hub.list("people");
    expect(people).toHaveLength(2);
    expect(withIn(people, "ada")[0]).toMatchObject({ jobTitle: "director" });

    // Without what it remembers it begins again, and comes to the same.
    sync.write("cursors.json", "{ not whole");
    await sync.once();
    expect(await hub.list("people")).toHaveLength(2);
  });

  it("never takes one team's record, or the hub's own, for another's", async () => {
    const [hub, alpha, beta] = await Promise.all([startCrm("hub"), startCrm("alpha"), startCrm("beta")]);
    const emails = { primaryEmail: "ada@people.example", additionalEmails: [] };
    await hub.put("people", [person("hubs-own", { emails })]);
    const id = randomUUID();
    await alpha.put("people", [{ ...person("ada", { emails }), id }]);
    await beta.put("people", [{ ...person("adabeta", { emails }), id }]);
    await alpha.put("companies", [company("acme")]);
    await beta.put("companies", [company("acme2", "https://acme.example")]);

    const sync = syncInto(hub, { alpha: reading(alpha), beta: reading(beta) });
    for (let round = 0; round < 2; round++) expect((await sync.once()).code).toBe(0);

    const people = await hub.list("people");
    expect(people.map(({ name }) => (name as { firstName: string }).firstName).sort()).toEqual([
      "ada",
      "adabeta",
      "hubs-own",
    ]);
    expect(withIn(people, "hubs-own")[0]).toMatchObject({ emails });
    const demoted = { emails: { primaryEmail: "", additionalEmails: ["ada@people.example"] } };
    expect(people.filter((record) => !JSON.stringify(record.name).includes("hubs-own"))).toEqual([
      expect.objectContaining(demoted),
      expect.objectContaining(demoted),
    ]);
    const companies = await hub.list("companies");
    expect(withIn(companies, "acme2")[0]).toMatchObject({
      domainName: { primaryLinkUrl: "", secondaryLinks: [{ url: "https://acme.example", label: "" }] },
    });
  });

  it("tells a wrong key and a team that is down by name, copies the others, and shows no key and no record", async () => {
    const [hub, alpha, beta] = await Promise.all([startCrm("hub"), startCrm("alpha"), startCrm("beta")]);
    await Promise.all([alpha, beta].map((crm) => crm.put("people", [person(`${crm.name}-person`)])));
    const gone = await startCrm("gone");
    gone.stop();
    const wrong = { url: alpha.url, key: beta.key("read") };
    const sync = syncInto(hub, { alpha: wrong, beta: reading(beta), gone: reading(gone) });
    const { code, said } = await sync.once();
    expect(code).toBe(1);
    expect(said.split("\n")).toEqual([
      "alpha: key refused (401)",
      "beta: ok, 1 copied, 0 skipped",
      "gone: unreachable",
      "",
    ]);
    expect(await hub.list("people")).toHaveLength(1);
    const kept = [said, sync.read("health.json"), sync.read("cursors.json")].join();
    for (const secret of [wrong.key, hub.key("write"), "beta-person", "@people.example"]) {
      expect(kept).not.toContain(secret);
    }
  });

  it("says that it is the hub's key where that one may not write, and copies once it may", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    await alpha.put("people", [person("ada")]);
    const sync = syncInto(hub, { alpha: reading(alpha) });
    sync.rewrite({ hub: { url: hub.url, key: hub.key("read") } });
    expect(await sync.once()).toEqual({ code: 1, said: "alpha: hub: key refused (403)\n" });
    sync.rewrite();
    expect((await sync.once()).said).toBe("alpha: ok, 1 copied, 0 skipped\n");
  });

  it("goes on where it was broken off, and copies no page again", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    const people = Array.from({ length: 150 }, (_, index) => person(`person-${index}`));
    for (let from = 0; from < people.length; from += 30) {
      await alpha.put("people", people.slice(from, from + 30));
      // Each batch has a time of its own, as records have that people write.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    hub.fails = ({ method, count }) => (method === "POST" && count === 2 ? "breaks off" : undefined);
    const sync = syncInto(hub, { alpha: reading(alpha) });
    expect(await sync.once()).toEqual({ code: 1, said: "alpha: hub: unreachable\n" });
    expect(await hub.list("people")).toHaveLength(60);

    hub.fails = () => undefined;
    expect((await sync.once()).said).toBe("alpha: ok, 90 copied, 0 skipped\n");
    expect(await hub.list("people")).toHaveLength(150);
    // No request is larger than Twenty takes.
    for (const { body } of hub.writes()) expect(JSON.parse(body).length).toBeLessThanOrEqual(60);
  });

  it("keeps no record back for one that the hub cannot take", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    const acme = company("acme");
    await alpha.put("companies", [acme, company("other")]);
    await alpha.put("people", [person("ada", { companyId: acme.id }), person("bob")]);
    hub.fails = ({ method, body }) => (method === "POST" && body.includes('"acme"') ? 400 : undefined);
    const sync = syncInto(hub, { alpha: reading(alpha) });
    expect((await sync.once()).said).toBe("alpha: ok, 3 copied, 1 skipped\n");
    expect((await hub.list("companies")).map(({ name }) => name)).toEqual(["other"]);
    // The hub lets nobody be of a company that it has not: ada comes without.
    const people = await hub.list("people");
    expect(people).toHaveLength(2);
    expect(withIn(people, "ada")[0]).not.toHaveProperty("companyId");
  });

  it("goes round again and again, and its health check says how it is", async () => {
    const [hub, alpha] = await Promise.all([startCrm("hub"), startCrm("alpha")]);
    await alpha.put("people", [person("ada")]);
    const sync = syncInto(hub, { alpha: reading(alpha) });
    const program = sync.start();
    await vi.waitFor(async () => expect(await hub.list("people")).toHaveLength(1), { timeout: 10_000 });
    await alpha.put("people", [person("bob")]);
    await vi.waitFor(async () => expect(await hub.list("people")).toHaveLength(2), { timeout: 10_000 });
    expect(await sync.health()).toEqual({ code: 0, said: "alpha: ok\n" });

    program.kill("SIGTERM");
    await vi.waitFor(() => expect(program.exitCode).toBe(0));
    alpha.stop();
    await sync.once();
    expect((await sync.health()).said).toMatch(/^alpha: unreachable since 20\d\d-/);
    const health = JSON.parse(sync.read("health.json"));
    sync.write("health.json", JSON.stringify({ ...health, at: new Date(Date.now() - 7_200_000).toISOString() }));
    expect((await sync.health()).code).toBe(1);
  });
});
