import { isIP } from 'node:net';
import type { Log } from '@parley/base';
import type { Dialer } from '@parley/call';
import type { Directory } from '@parley/directory';
import type { IPGateway } from '@parley/schema';
import {
  CallRefused,
  type InviteOptions,
  type Inviter,
  type InviteTarget,
  type LegEnd,
  parseReplaces,
  parseUri,
  printUri,
  type RawHeader,
  type SipUri,
  type UserAgent,
} from '@parley/sip';
import { mediaAddress, type OwnAddresses } from './media-address.ts';

export interface DialerParts extends OwnAddresses {
  /** The user agent is made after the calls that it serves. */
  readonly userAgent: () => Pick<UserAgent, 'invite'>;
  readonly directory: Pick<Directory, 'gatewayFor'>;
  /** Hears of each call that is placed. */
  readonly placed: (leg: string, onBehalfOf: string) => void;
  readonly log: Log;
}

const FORBIDDEN = 403;

/** Places calls on behalf of others, through gateways only: whoever could name any address would call the world at our cost. */
export function createDialer(parts: DialerParts): (call: string) => Dialer {
  return call => ({
    place(target, { from, identity, referredBy, replaces, secured, body }) {
      const uri = parseUri(target);
      const log = parts.log.with({ call });
      if (!isSip(uri))
        return notPlaced(uri, { change: 'Call a sip: or sips: address that has a gateway behind the @' }, log);
      if (uri.parameters.has('maddr'))
        return notPlaced(uri, { change: 'Call without maddr, which leads past the gateway' }, log);
      const gateway = gatewayOf(uri, parts.directory);
      if (typeof gateway === 'string') return notPlaced(uri, { change: gateway }, log);
      const way = secured ? securedWay(target, uri, gateway) : plainWay(target, uri, gateway);
      if (typeof way === 'string') return notPlaced(uri, { rule: PLAN_SECURITY, change: way }, log);
      const headers: RawHeader[] = referredBy === undefined ? [] : [['Referred-By', referredBy]];
      const options: InviteOptions = {
        from,
        body,
        headers,
        ...(identity !== undefined && { identity: [identity] }),
        ...(replaces !== undefined && { replaces: parseReplaces(replaces) }),
      };
      const inviter = parts.userAgent().invite(way, options);
      parts.placed(inviter.callId, call);
      log.info('call placed', { leg: inviter.callId, gateway: gateway.name });
      return inviter;
    },
    mediaAddress(media, target) {
      const uri = parseUri(target);
      return mediaAddress(parts, media, isSip(uri) ? uri.host : '');
    },
  });
}

type ParsedUri = ReturnType<typeof parseUri>;

const isSip = (uri: ParsedUri): uri is SipUri => uri.scheme === 'sip' || uri.scheme === 'sips';

/** The gateway that a URI leads to, by its address or a name of it; what to change when there is none that takes calls. */
function gatewayOf({ host }: SipUri, directory: Pick<Directory, 'gatewayFor'>): IPGateway | string {
  const gateway = directory.gatewayFor({ address: host, certified: [host] });
  if (!gateway)
    return `No gateway has the address ${host}: call through one, or make one (parley gateway create NAME --address ${host})`;
  return gateway.status === 'Enabled'
    ? gateway
    : `The gateway takes no new calls: parley gateway set "${gateway.name}" --status Enabled`;
}

/** Transports that encrypt, as a URI names them. */
const SECURE: readonly string[] = ['tls', 'wss'];
const PLAIN_PORT = 5060;
/** Where SIP by TLS is listened for (RFC 3261 section 19.1.2). */
const TLS_PORT = 5061;

/**
 * Where a call goes that need not be encrypted. A gateway's own port counts where its address is called without one; for a name, a port that is
 * not the usual one: then there is nothing more to look up than addresses (RFC 3263 section 4.1).
 */
function plainWay(target: string, uri: SipUri, { port }: IPGateway): InviteTarget {
  const { host, scheme, parameters } = uri;
  const hasWay = uri.port !== undefined || scheme === 'sips' || parameters.has('transport') || port === 0;
  if (hasWay) return { uri: target };
  if (isIP(host) !== 0) return { uri: target, via: { transport: 'udp', address: host, port } };
  if (port === PLAIN_PORT) return { uri: target };
  return { uri: printUri(port === TLS_PORT ? byTls(uri, port) : { ...uri, port }) };
}

/** Where a call goes by TLS; what to change when its address says another way. */
function securedWay(target: string, uri: SipUri, { port }: IPGateway): InviteTarget | string {
  const transport = uri.parameters.get('transport')?.toLowerCase();
  // A sips: URI turns tcp into tls (RFC 3261 section 26.2.2), and cannot be reached by udp.
  if (uri.scheme === 'sips' && transport !== 'udp') return { uri: target };
  if (transport === undefined) return { uri: printUri(byTls(uri, port === TLS_PORT ? port : undefined)) };
  if (SECURE.includes(transport)) return { uri: target };
  return `The dial plan of the caller is SIPSecured or Secured: call by sips: or with transport=tls, not transport=${transport}`;
}

/** @param port when the URI has none. */
function byTls(uri: SipUri, port: number | undefined): SipUri {
  const known = uri.port ?? port;
  const parameters = new Map([...uri.parameters, ['transport', 'tls'] as const]);
  return { ...uri, ...(known !== undefined && { port: known }), parameters };
}

const GATEWAYS_ONLY = 'calls are placed through gateways only';
const PLAN_SECURITY = 'VoIPSecurity of the dial plan';

interface NotPlaced {
  readonly rule?: string;
  /** What whoever runs this can do. */
  readonly change: string;
}

/** A call that was refused before it was placed. */
function notPlaced(uri: ParsedUri, { rule = GATEWAYS_ONLY, change }: NotPlaced, log: Log): Inviter {
  log.warn('call refused', {
    rule,
    status: FORBIDDEN,
    ...(isSip(uri) ? { dialled: uri.user, host: uri.host } : {}),
    change,
  });
  const answered = Promise.reject(new CallRefused(FORBIDDEN));
  // Whoever gives up before it looks is not told.
  answered.catch(() => undefined);
  return {
    callId: 'not placed',
    signal: AbortSignal.abort({ kind: 'rejected', reasons: [] } satisfies LegEnd),
    answered,
    onProgress: () => undefined,
    cancel: () => undefined,
  };
}
