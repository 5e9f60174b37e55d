import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Peer, TransportName } from '../../transport/peer.ts';

/** Where somebody came from: a connection, or over UDP an address. */
export type Flow = Pick<Peer, 'transport' | 'address' | 'port'>;

/** What the user part of a URI of ours says. */
export type Sealed =
  /** Put into a Record-Route of this dialog. */
  | { readonly kind: 'dialog'; readonly flow: Flow | undefined }
  /** Put into a Path. */
  | { readonly kind: 'flow'; readonly flow: Flow }
  /** It looks like one of ours, and is not: somebody has changed it, or it is of another dialog. */
  | { readonly kind: 'broken'; readonly was: 'dialog' | 'flow' };

/** How our user parts begin: no name that people give to routes does. */
const DIALOG = 'd~';
const FLOW = 'f~';
const PREFIX = 2;
const MAC_OCTETS = 12;
const MAC = 16;
const LONGEST = 256;
const TRANSPORTS: readonly TransportName[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/**
 * Marks in our own URIs (RFC 5626 section 5.2): which flow is meant, and that this proxy has written it. The mark of a Record-Route
 * is good for its Call-ID only, so whoever has had a call through here cannot send what he likes to where he likes through here.
 */
export class Seals {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  forDialog(callId: string, flow?: Flow): string {
    const text = flow ? encoded(flow) : '';
    return DIALOG + this.#mac(DIALOG, callId, text) + text;
  }

  forFlow(flow: Flow): string {
    const text = encoded(flow);
    return FLOW + this.#mac(FLOW, '', text) + text;
  }

  /** Undefined for a user part that does not look like one of ours. */
  open(user: string, callId: string): Sealed | undefined {
    const kind = user.slice(0, PREFIX);
    if ((kind !== DIALOG && kind !== FLOW) || user.length > LONGEST) return undefined;
    const was = kind === DIALOG ? 'dialog' : 'flow';
    const text = user.slice(PREFIX + MAC);
    const expected = this.#mac(kind, kind === DIALOG ? callId : '', text);
    const given = Buffer.from(user.slice(PREFIX, PREFIX + MAC));
    if (given.length !== MAC || !timingSafeEqual(Buffer.from(expected), given)) return { kind: 'broken', was };
    const flow = text === '' ? undefined : decoded(text);
    if (was === 'dialog') return { kind: 'dialog', flow };
    return flow ? { kind: 'flow', flow } : { kind: 'broken', was };
  }

  #mac(kind: string, callId: string, text: string): string {
    const mac = createHmac('sha256', this.#secret).update(`${kind}\0${callId}\0${text}`).digest();
    return mac.toString('base64url', 0, MAC_OCTETS);
  }
}

/** Letters, digits, "-" and "_" only: nobody has to escape them. */
const encoded = ({ transport, address, port }: Flow): string =>
  Buffer.from(`${transport} ${address} ${port}`).toString('base64url');

/** Of a text that carries our seal. */
function decoded(text: string): Flow | undefined {
  const [name, address, port] = Buffer.from(text, 'base64url').toString().split(' ');
  const transport = TRANSPORTS.find(one => one === name);
  return transport && { transport, address, port: Number(port) };
}

export const isSameFlow = (one: Flow, other: Flow): boolean =>
  one.transport === other.transport && one.address === other.address && one.port === other.port;
