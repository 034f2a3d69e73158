/** A date alone. Pulumi turns one that stands without quotes into a time, and back into a text in Go's form. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?: 00:00:00 \+0000 UTC)?$/;

/** A calendar's date, as `YYYY-MM-DD`; undefined for what is none. */
export function readDate(input: string): string | undefined {
  const match = DATE.exec(input);
  if (!match) return undefined;
  const date = match.slice(1).join("-");
  const time = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date) ? date : undefined;
}
