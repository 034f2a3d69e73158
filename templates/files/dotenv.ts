/** Marks that can stand around a value, in the order of preference. Between double ones `\n` and `\r` would be read as line breaks. */
const MARKS = ["'", "`", '"'];

/**
 * Variables as the `dotenv` package reads them back, one a line.
 *
 * @throws Error that names the variable, never its value, for one that no mark can stand around.
 */
export function renderDotenv(variables: Record<string, string>): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    const mark = MARKS.find((mark) => !value.includes(mark) && !(mark === '"' && /\\[nr]/.test(value)));
    if (mark === undefined) throw new Error(`${name} has every kind of quotation mark in it`);
    return `${name}=${mark}${value}${mark}\n`;
  });
  return lines.join("");
}
