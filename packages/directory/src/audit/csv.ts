/** A cell that a spreadsheet would take for a formula (OWASP: CSV injection) begins with one of these. */
const FORMULA = new Set(['=', '+', '-', '@', '\t', '\r']);

/** One line of CSV (RFC 4180) with its end; formulas are made texts by an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(text: string): string {
  const safe = FORMULA.has(text.charAt(0)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
