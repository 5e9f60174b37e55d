/** A parser with a defect that chance alone does not find: one input in 256^5. */
export function planted(bytes: Uint8Array): void {
  if (bytes[0] !== 0x50) return;
  if (bytes[1] !== 0x41) return;
  if (bytes[2] !== 0x52) return;
  if (bytes[3] !== 0x4c) return;
  if (bytes[4] !== 0x45) return;
  throw new Error('the planted defect');
}
