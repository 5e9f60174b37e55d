import { isLoopback, type LocalAddress, type Peer } from '@parley/sip';

/**
 * Where media of a program on this machine may come from beside its negotiated address. A softphone that calls 127.0.0.1 often
 * names the machine's own address in SDP; bound to all addresses, it sends to our 127.0.0.1, and the system gives its packets
 * that source. So, when the description came over loopback (nobody else can send from there) and names an address of ours, media
 * may come from both. Undefined for everybody else.
 *
 * We go on sending to the negotiated address, because it is the one that always arrives: tried with a socket of ours on 0.0.0.0,
 * on 127.0.0.1 and on the machine's address, a phone bound to all addresses gets what is sent to either, one bound to the address
 * that it named gets only that. (A phone that connected its socket to our 127.0.0.1 would be lost; linphone does not.)
 */
export function alsoFromHere(own: Pick<LocalAddress, 'isOwn'>, source: Peer, address: string): string | undefined {
  return isLoopback(source.address) && own.isOwn(address) ? source.address : undefined;
}
