import type { Clock, Log } from '@parley/base';
import { createUserAgent, type UserAgent, type UserAgentOptions } from '@parley/sip';
import type { Config } from '../config/settings.ts';
import { doubtsAbout, expiryOf, readTlsFiles } from './tls-files.ts';

/** Seconds that a connection is kept beyond the longest silence of a call. */
const IDLE_AFTER_SESSION = 60;

export type SignallingParts = Pick<
  UserAgentOptions,
  'onInvitation' | 'admit' | 'overload' | 'unlimited' | 'isTrusted' | 'mayReach' | 'onTraffic' | 'events'
> & {
  readonly config: Config['sip'];
  /** Makes a path of the configuration absolute. */
  readonly at: (path: string) => string;
  readonly clock: Clock;
  readonly log: Log;
};

/** SIP as the configuration wants it. */
export interface Signalling {
  readonly userAgent: UserAgent;
  /** Reads the certificates again; connections that exist keep theirs. Throws as `readTlsFiles`. */
  renewTls(): void;
  /** When the certificate expires that is shown now, milliseconds since 1970; undefined without TLS. */
  readonly certificateUntil: number | undefined;
}

/** Who is no gateway is refused whatever he says: so many messages are read to say so, which takes less than a tenth of a core. */
const STRANGERS_PER_SECOND = 1000;

/** Makes the user agent of this node; it listens when it is told to. */
export function createSignalling({ config, at, ...parts }: SignallingParts): Signalling {
  const { clock, log } = parts;
  const readTls = () => {
    const files = readTlsFiles(config, at);
    for (const reason of files ? doubtsAbout(files, clock.wall()) : [])
      log.warn('peers will not believe our certificate (sip.tls.certificate)', { reason });
    return files;
  };
  const tls = readTls();
  let certificateUntil = tls && expiryOf(tls);
  const { advertise, websocketOrigins, keepAliveSeconds, reliableProvisional, sessionTimer } = config;
  const userAgent = createUserAgent({
    ...parts,
    listen: config.listen,
    ...(advertise === undefined ? {} : { advertise }),
    ...(tls && { tls }),
    // No page is let in that is not named.
    webSocket: { origins: websocketOrigins ?? [] },
    ...(keepAliveSeconds > 0 && { keepAlive: { streamMillis: keepAliveSeconds * 1000 } }),
    reliable: reliableProvisional,
    sessionTimer:
      sessionTimer.expires === 0 ? 'never' : { expires: sessionTimer.expires, minimum: sessionTimer.minimum },
    budgets: {
      strangersPerSecond: STRANGERS_PER_SECOND,
      connections: config.maxConnections,
      ...idleAfter(sessionTimer.expires),
    },
  });
  return {
    userAgent,
    renewTls() {
      const renewed = readTls();
      if (!renewed) return;
      userAgent.renewTls(renewed);
      certificateUntil = expiryOf(renewed);
    },
    get certificateUntil() {
      return certificateUntil;
    },
  };
}

/** A call is refreshed, or ended, before the connection that it came by counts as idle. */
function idleAfter(sessionSeconds: number): { readonly idleMillis?: number } {
  return sessionSeconds === 0 ? {} : { idleMillis: (sessionSeconds + IDLE_AFTER_SESSION) * 1000 };
}
