/** A SIP address as it is compared: without scheme, in lower case (people do not see the difference, RFC 3261 19.1.4 notwithstanding). */
export function comparableAddress(address: string): string {
  const lower = address.trim().toLowerCase();
  if (lower.startsWith('sip:')) return lower.slice(4);
  return lower.startsWith('sips:') ? lower.slice(5) : lower;
}

/** The same for one that may be an E.164 number: some write those with "+", some without. */
export function withoutPlus(address: string): string {
  const comparable = comparableAddress(address);
  return comparable.startsWith('+') ? comparable.slice(1) : comparable;
}
