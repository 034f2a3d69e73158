/** Dollars to the cent. */
export const toCents = (dollars: number): number => Math.round((dollars + Number.EPSILON) * 100) / 100;

/** `$1,203.50`, `-$3.00`. */
export function dollars(amount: number): string {
  const text = Math.abs(amount)
    .toFixed(2)
    .replace(/\B(?=(\d{3})+\.)/g, ",");
  return `${amount < 0 ? "-" : ""}$${text}`;
}
