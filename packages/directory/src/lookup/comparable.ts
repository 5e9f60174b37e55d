/** A text as every engine takes it: without half surrogate pairs and NUL. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** A SIP address as it is compared: without scheme, in lower case (people do not see the difference, RFC 3261 19.1.4 notwithstanding). */
export function comparableAddress(address: string): string {
  const lower = storable(address.trim().normalize('NFC')).toLowerCase();
  if (lower.startsWith('sip:')) return lower.slice(4);
  return lower.startsWith('sips:') ? lower.slice(5) : lower;
}

/** The same for one that may be an E.164 number: some write those with "+", some without. */
export function withoutPlus(address: string): string {
  const comparable = comparableAddress(address);
  return comparable.startsWith('+') ? comparable.slice(1) : comparable;
}
