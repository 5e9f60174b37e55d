import { isIP } from 'node:net';
import type { Config } from './settings.ts';

/**
 * What the keys allow together, and what will surprise whoever wrote them: a sentence each that says what to change.
 * @param isOwn whether this machine has an address.
 */
export function doubts(config: Pick<Config, 'limits' | 'rtp' | 'sip'>, isOwn: (address: string) => boolean): string[] {
  return [...tooFewPorts(config), ...halfBehindNat(config, isOwn)];
}

/** A call has a pair of ports, the even one below; one that is handed on has a second one. */
function* tooFewPorts({ limits, rtp }: Pick<Config, 'limits' | 'rtp'>): Generator<string> {
  const { from, to } = rtp.ports;
  const pairs = Math.floor((to - from - (from % 2) + 1) / 2);
  if (pairs < limits.calls)
    yield `limits.calls is ${limits.calls}, and rtp.ports (${from}-${to}) are enough for ${pairs}, two for each call: the others get 503. Widen rtp.ports, or lower limits.calls.`;
}

/** Behind NAT both are translated: with one key alone, calls are answered that have no sound, or sound without an end. */
function* halfBehindNat(
  { sip, rtp }: Pick<Config, 'rtp' | 'sip'>,
  isOwn: (address: string) => boolean,
): Generator<string> {
  // A name may stand for an address of this machine; IPv6 is not translated.
  const host = sip.advertise?.replace(/:\d{1,5}$/, '') ?? '';
  if (rtp.advertise === undefined && isIP(host) === 4 && !isOwn(host))
    yield `sip.advertise is ${host}, which this machine has not, and rtp.advertise is not set: callers are told to send sound to an address behind the NAT. Set rtp.advertise as well (docs/guides/nat.md).`;
  if (sip.advertise === undefined && rtp.advertise !== undefined && !isOwn(rtp.advertise))
    yield `rtp.advertise is ${rtp.advertise}, which this machine has not, and sip.advertise is not set: ACK and BYE are sent to an address behind the NAT. Set sip.advertise as well (docs/guides/nat.md).`;
}
