import { isLoopback, type LocalAddress, type Peer } from '@parley/sip';

/**
 * Where media of a program on this machine may come from beside its negotiated address. A softphone that calls 127.0.0.1 often
 * names the machine's own address in SDP; bound to all addresses, it sends to our 127.0.0.1, and the system gives its packets
 * that source. So, when the description came over loopback (nobody else can send from there) and names an address of ours, media
 * may come from both. Undefined for everybody else.
 *
 * We go on sending to the negotiated address, which is the one that always works: tried with sockets of ours on 0.0.0.0, 127.0.0.1
 * and the machine's address, a phone bound to all addresses hears both destinations, one bound to the named address only that.
 * (A phone that connects its socket to our 127.0.0.1 hears only what comes from there; but such a one names it, too.)
 */
export function alsoFromHere(own: Pick<LocalAddress, 'isOwn'>, source: Peer, address: string): string | undefined {
  return isLoopback(source.address) && own.isOwn(address) ? source.address : undefined;
}
