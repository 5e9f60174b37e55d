/** Whether an address, as the system writes it, is of the loopback kind: only programs of this machine send from there. */
export function isLoopback(address: string): boolean {
  return withoutMapping(address).startsWith('127.') || address === '::1';
}

/** An IPv4 address as it is, though an IPv6 socket wrote it (RFC 4291 section 2.5.5.2). */
export function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}
