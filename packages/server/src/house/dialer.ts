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
    place(target, { from, identity, referredBy, replaces, body }) {
      const uri = parseUri(target);
      const log = parts.log.with({ call });
      if (!isSip(uri)) return notPlaced(uri, 'Call a sip: or sips: address that has a gateway behind the @', log);
      const gateway = gatewayOf(uri, parts.directory);
      if (typeof gateway === 'string') return notPlaced(uri, gateway, log);
      const headers: RawHeader[] = referredBy === undefined ? [] : [['Referred-By', referredBy]];
      const options: InviteOptions = {
        from,
        body,
        headers,
        ...(identity !== undefined && { identity: [identity] }),
        ...(replaces !== undefined && { replaces: parseReplaces(replaces) }),
      };
      const inviter = parts.userAgent().invite(targetOf(target, uri, gateway), options);
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

/** A gateway's own port counts where its address is called without one; a name is looked up, which finds ports too (RFC 3263). */
function targetOf(target: string, { host, port, scheme, parameters }: SipUri, gateway: IPGateway): InviteTarget {
  const hasWay = port !== undefined || scheme === 'sips' || parameters.has('transport') || gateway.port === 0;
  if (hasWay || isIP(host) === 0) return { uri: target };
  return { uri: target, via: { transport: 'udp', address: host, port: gateway.port } };
}

/** A call that was refused before it was placed. */
function notPlaced(uri: ParsedUri, change: string, log: Log): Inviter {
  log.warn('call refused', {
    rule: 'calls are placed through gateways only',
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
