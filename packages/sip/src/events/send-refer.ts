import { answer, type Core } from '../core/core.ts';
import type { DialogHost } from '../core/dialog-host.ts';
import type { InviteTarget } from '../core/user-agent.ts';
import { parseNameAddress, printReferredBy } from '../message/index.ts';
import type { RawHeader } from '../message/message.ts';
import { printReferTo } from '../message/refer-to.ts';
import type { ReferOptions, SentRefer } from './events.ts';
import { HalfDialog } from './half-dialog.ts';
import { eventOf } from './receive-event.ts';
import { ReferWatch } from './refer-watch.ts';

/** Sends a REFER inside a dialog. Throws `SipParseError` when a URI cannot be read. */
export function referInside(core: Core, host: DialogHost, options: ReferOptions): SentRefer {
  const headers = headersOf(options);
  const watch = new ReferWatch(core, options.limitMillis);
  watch.settleIn(host);
  void host.ask('REFER', { headers, withContact: true }).then(response => watch.answered(response));
  watch.sequence = host.localSequence;
  return watch;
}

/** Sends a REFER outside any dialog: `target` is who is to send the request. Throws `SipParseError` when a URI cannot be read. */
export function referOutside(
  core: Core,
  target: InviteTarget,
  options: ReferOptions & { readonly from: string },
): SentRefer {
  const headers = headersOf(options);
  const request = { method: 'REFER', target, from: options.from, to: undefined, headers, body: undefined } as const;
  const half = new HalfDialog(core, request, {
    answered: response => watch.answered(response),
    notified: (exchange, dialog) => {
      watch.sequence = half.sequence;
      const event = eventOf(exchange.request);
      const toTag = half.id.localTag;
      if (!event || !watch.matches(event)) answer(core, exchange, { status: 489, toTag });
      // RFC 7647 section 4: one report is enough; who else was reached by a fork hears that nobody listens.
      else if (watch.isSettled) answer(core, exchange, { status: 481, toTag });
      else {
        watch.settleIn(dialog());
        watch.take(exchange);
      }
    },
    expired: () => undefined,
  });
  const watch = new ReferWatch(core, options.limitMillis);
  watch.onEnd(() => half.close());
  return watch;
}

function headersOf({
  to,
  method,
  replaces,
  referredBy,
  subscribe = true,
  headers = [],
}: ReferOptions): readonly RawHeader[] {
  const dialog = replaces && {
    callId: replaces.callId,
    // RFC 3891 section 3: the tags as the third party knows them, whose own tag is the one that is remote to us.
    toTag: replaces.remoteTag,
    fromTag: replaces.localTag,
    earlyOnly: false,
  };
  const all: RawHeader[] = [['Refer-To', printReferTo(to, { method, replaces: dialog })]];
  if (referredBy !== undefined) {
    const { display, uriText } = parseNameAddress(
      referredBy.includes('<') ? referredBy : `<${referredBy}>`,
      'Referred-By',
    );
    all.push(['Referred-By', printReferredBy(uriText, { display })]);
  }
  if (!subscribe) all.push(['Refer-Sub', 'false'], ['Supported', 'norefersub']);
  return [...all, ...headers];
}
