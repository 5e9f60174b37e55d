/** Letters, digits and what stands between them in names, addresses and "domain\name"; begins with a letter or digit. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@\\+-]{0,127}$/u;

/** A name as it is kept and found: one spelling, lower case. Undefined when nobody can be called so. */
export function nameKey(name: string): string | undefined {
  if (name.length > 256) return undefined;
  const key = name.normalize('NFKC').trim().toLowerCase();
  return NAME.test(key) ? key : undefined;
}
