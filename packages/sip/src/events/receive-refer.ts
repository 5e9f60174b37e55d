import { answer, type Core, contactOf, type Exchange } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { Refusal } from '../core/user-agent.ts';
import { DialogState } from '../dialog/dialog-state.ts';
import { parseReferredBy, SipParseError, singleHeader } from '../message/index.ts';
import type { RawHeader, SipRequest } from '../message/message.ts';
import { parseReferTo } from '../message/refer-to.ts';
import { EventDialog } from './event-dialog.ts';
import type { ReferGrant, ReferHandler, Referral } from './events.ts';
import { IncomingSubscription } from './incoming-subscription.ts';
import { answering, checkReachable, tagFor } from './receive-event.ts';
import { REFER } from './receive-subscribe.ts';
import { ReferReport, silentReport } from './refer-report.ts';
import { printStatusFragment } from './sipfrag.ts';

const FULL: Refusal = { status: 503, headers: [['Retry-After', '60']] };

/** A REFER, outside any dialog when there is no host (RFC 3515 section 2.4.2). */
export function receiveRefer(
  core: Core,
  exchange: Exchange,
  { handler, host }: { handler: ReferHandler; host?: DialogHost },
): void {
  answering(core, exchange, () => {
    const { request, transaction } = exchange;
    const { channel } = transaction;
    const referral: Referral = { request, source: channel.peer, ...read(request) };
    if (!host) checkReachable(request);
    const hasRoom = core.subscriptions.hasRoom(channel);
    const result = hasRoom ? handler(referral) : FULL;
    if ('status' in result) answer(core, exchange, { ...result, toTag: tagFor(core, exchange) });
    else if (referral.wantsReport) accept(core, exchange, { grant: result, host });
    else acceptSilently(core, exchange, result);
  });
}

function read(request: SipRequest): Pick<Referral, 'referTo' | 'referredBy' | 'wantsReport'> {
  const referTo = singleHeader(request, 'Refer-To');
  if (referTo === undefined) throw new SipParseError('Refer-To', 'missing');
  const referredBy = singleHeader(request, 'Referred-By');
  const referSub = singleHeader(request, 'Refer-Sub') ?? 'true';
  return {
    referTo: parseReferTo(referTo),
    referredBy: referredBy === undefined ? undefined : parseReferredBy(referredBy),
    wantsReport: !isFalse(referSub),
  };
}

/** Refer-Sub = ( "true" / "false" ) *( SEMI generic-param ) (RFC 4488 section 4). */
export function isFalse(referSub: string): boolean {
  const end = referSub.indexOf(';');
  return (end < 0 ? referSub : referSub.slice(0, end)).trim().toLowerCase() === 'false';
}

/** RFC 4488 section 4: both sides must say that there is no subscription. */
function acceptSilently(core: Core, exchange: Exchange, { taken }: ReferGrant): void {
  const headers: RawHeader[] = [contactOf(exchange.transaction.channel), ['Refer-Sub', 'false']];
  answer(core, exchange, { status: 202, toTag: tagFor(core, exchange), headers });
  taken(silentReport());
}

function accept(
  core: Core,
  exchange: Exchange,
  { grant, host }: { grant: ReferGrant; host: DialogHost | undefined },
): void {
  const { request, transaction } = exchange;
  const { channel } = transaction;
  const { peer } = channel;
  const home = host ?? new EventDialog(core, DialogState.ofServer(request, core.ids.tag(), peer), peer);
  const seconds = Math.ceil(core.budgets.referMillis / 1000);
  const id = String(request.cseq.number);
  const subscription = new IncomingSubscription(core, {
    host: home,
    // RFC 3515 section 2.4.6: the sequence number of the REFER tells several of one dialog apart.
    event: { package: REFER, id, parameters: new Map([['id', id]]) },
    source: peer.address,
    limits: { usual: seconds, least: 1, most: seconds },
    expires: seconds,
    state: printStatusFragment(100),
    pending: false,
    isProven: host !== undefined || channel.reliable,
  });
  home.refreshTarget(request, peer);
  answer(core, exchange, { status: 202, toTag: home.id.localTag, headers: [contactOf(channel)] });
  subscription.begin();
  grant.taken(new ReferReport(subscription));
}
