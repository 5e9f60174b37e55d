import type { SipRequest } from '../message/message.ts';
import type { Target } from '../resolve/services.ts';
import type { Peer } from '../transport/peer.ts';
import type { Channel } from '../transport/transport.ts';
import type { Core } from './core.ts';

/** A request made for one way to one server. */
export interface Way {
  readonly target: Target;
  /** To `target.peer`, or by TCP to the same place. */
  readonly channel: Channel;
  readonly request: SipRequest;
  /** Whether it goes by TCP only because of its size. */
  readonly isLarge: boolean;
}

/** RFC 3261 18.1.1: what is larger, octets, may not fit into one packet of a path whose limit nobody knows. */
const MOST_BY_UDP = 1300;

/**
 * A request that suits the way to a server: one that is too large for UDP goes by TCP, unless UDP was asked for, or TCP failed there a
 * moment ago. Undefined when nothing listens here that could send it.
 * @param make completes the request for a channel: its Via and Contact say where it comes from.
 */
export function prepared(core: Core, target: Target, make: (channel: Channel) => SipRequest): Way | undefined {
  const channel = core.transports.to(target.peer);
  if (!channel) return undefined;
  const request = make(channel);
  const isSmall = target.demanded || target.peer.transport !== 'udp' || sizeOf(request) <= MOST_BY_UDP;
  const larger = isSmall ? undefined : streamTo(core, target.peer);
  return larger
    ? { target, channel: larger, request: make(larger), isLarge: true }
    : { target, channel, request, isLarge: false };
}

function streamTo(core: Core, peer: Peer): Channel | undefined {
  const stream: Peer = { ...peer, transport: 'tcp' };
  return core.locator.avoids(stream) ? undefined : core.transports.to(stream);
}

/** Octets of a request as it will travel: start line, "Name: value" lines, the empty line, the body. */
function sizeOf({ method, uri, headers, body }: SipRequest): number {
  let size = method.length + Buffer.byteLength(uri) + '  SIP/2.0\r\n\r\n'.length + body.length;
  for (const [name, value] of headers) size += name.length + Buffer.byteLength(value) + ': \r\n'.length;
  return size;
}
