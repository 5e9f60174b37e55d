import type { Log } from '@parley/base';
import type { EventsOptions, Referral, Refusal } from '@parley/sip';

const FORBIDDEN: Refusal = { status: 403 };

/** REFER outside a call asks us to call somebody out of nothing: nobody may. Inside a call the call answers. */
export function referOutsideCalls(log: Log): NonNullable<EventsOptions['onRefer']> {
  return ({ request, source, referTo }: Referral) => {
    log.warn('sip request refused', {
      rule: 'REFER outside a call',
      status: FORBIDDEN.status,
      source: source.address,
      transport: source.transport,
      method: request.method,
      callId: request.callId,
      to: hostOf(referTo.uri),
      change: 'Switch off at the sender what makes this server call others (click to dial): nobody may here.',
    });
    return FORBIDDEN;
  };
}

/** Whom it was about, without the number. */
function hostOf(uri: Referral['referTo']['uri']): string {
  return uri.scheme === 'sip' || uri.scheme === 'sips' ? uri.host : uri.scheme;
}
