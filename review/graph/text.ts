/** What would change how the text around it is read or shown: controls, and marks that turn the direction of writing or join characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;

/** A text as it may be shown: one line, with a mark where something is that cannot be seen. */
export const visible = (text: string): string => text.replace(/[\r\n\t]+/g, " ").replace(INVISIBLE, "\uFFFD");

/** For HTML and SVG, in text and within double quotes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
