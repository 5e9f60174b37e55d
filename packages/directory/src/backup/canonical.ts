/**
 * JSON in the one spelling that the same value always has: keys in the order of their UTF-16 units, no spaces, numbers and strings as
 * ECMAScript writes them (RFC 8785). The value is what `JSON.parse` gives.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
