import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import fc from 'fast-check';
import type { ReferProgress, Subscriber } from '../src/index.ts';
import { answerTo } from './event-texts.ts';
import { headerOf, tagIn } from './memory-network.ts';
import { requestText, SDP } from './messages.ts';
import { NOTHING, SERVER, scene, sdp } from './scene.ts';

const SEED = 6665;

/** What a peer, or our application, does next; the numbers choose among what there is. */
type Step =
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly dialog: number;
      readonly extra: readonly string[];
      readonly frag: string;
    }
  | { readonly kind: 'answer'; readonly which: number; readonly status: number }
  | { readonly kind: 'application'; readonly deed: number }
  | { readonly kind: 'wait'; readonly millis: number };

const header = fc.constantFrom(
  'Event: message-summary',
  'Event: refer',
  'Event: refer;id=1',
  'Event: refer;id=2',
  'Event: other',
  'Expires: 0',
  'Expires: 100',
  'Expires: 5',
  'Subscription-State: active;expires=100',
  'Subscription-State: terminated;reason=deactivated',
  'Subscription-State: terminated;reason=noresource',
  'Subscription-State: terminated;reason=giveup;retry-after=3',
  'Subscription-State: ;',
  'Refer-To: <sip:bob@10.0.0.2>',
  'Refer-Sub: false',
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    method: fc.constantFrom('SUBSCRIBE', 'NOTIFY', 'REFER', 'NOTIFY', 'BYE', 'INVITE', 'OPTIONS'),
    dialog: fc.nat(5),
    extra: fc.uniqueArray(header, { maxLength: 4, selector: text => text.slice(0, text.indexOf(':')) }),
    frag: fc.constantFrom('', 'SIP/2.0 100 Trying', 'SIP/2.0 200 OK', 'nonsense'),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    which: fc.nat(8),
    status: fc.constantFrom(100, 200, 202, 404, 423, 481, 503),
  }),
  fc.record({ kind: fc.constant('application' as const), deed: fc.nat(9) }),
  fc.record({ kind: fc.constant('wait' as const), millis: fc.constantFrom(1, 600, 5_000, 33_000, 120_000) }),
);

/** Plays the steps to a user agent that does everything, and lets all its time pass. */
async function play(steps: readonly Step[]): Promise<void> {
  const subscribers: Subscriber[] = [];
  const reports: ReferProgress[] = [];
  const state = { type: 'text/plain', content: Buffer.from('x') };
  const stage = await scene({
    sessionTimer: 'never',
    events: {
      packages: [
        {
          name: 'message-summary',
          contentType: 'text/plain',
          onSubscribe: () => ({ state, taken: subscriber => void subscribers.push(subscriber) }),
        },
      ],
      onRefer: () => ({ taken: progress => void reports.push(progress) }),
    },
  });
  const { agent, clock } = stage;
  const calls: { close(): void }[] = [];
  stage.onInvitation = invitation => {
    invitation.answer(sdp(SDP)).then(
      dialog => {
        calls.push({ close: () => void dialog.bye() });
        dialog.refer({ to: 'sip:bob@10.0.0.2' });
      },
      () => undefined,
    );
  };
  const peer = await stage.network.peer('10.0.0.2');
  const target = { uri: 'sip:caller@10.0.0.2' };
  const options = { from: 'sip:srv@10.0.0.1', event: 'message-summary', accept: ['application/sdp'], expires: 100 };
  const subscriptions = [agent.subscribe(target, options)];
  agent.refer(target, { from: options.from, to: 'sip:bob@10.0.0.2' });
  await settle();
  /** The dialogs that the peer has seen, by one message of each. */
  const dialogs = () => {
    const all = new Map<string, { callId: string; toTag: string; fromTag: string }>();
    for (const text of peer.heard) {
      const ours = text.startsWith('SIP/2.0') ? tagIn(text, 'To') : tagIn(text, 'From');
      const callId = headerOf(text, 'Call-ID') ?? '';
      const theirs = text.startsWith('SIP/2.0') ? tagIn(text, 'From') : tagIn(text, 'To') || 'new';
      if (ours) all.set(`${callId}|${ours}`, { callId, toTag: ours, fromTag: theirs });
    }
    return [...all.values()];
  };
  let cseq = 1;
  for (const one of steps) {
    if (one.kind === 'wait') await clock.run(one.millis);
    else if (one.kind === 'application') {
      const deeds = [
        () => subscribers.at(-1)?.notify(state),
        () => subscribers.at(-1)?.terminate('giveup', 5),
        () => reports.at(-1)?.report(180),
        () => reports.at(-1)?.report(486),
        () => void subscriptions.at(-1)?.unsubscribe(),
        () => void subscriptions.push(agent.subscribe(target, options)),
        () => calls.at(-1)?.close(),
      ];
      deeds[one.deed % deeds.length]();
      await settle();
    } else if (one.kind === 'answer') {
      const requests = peer.heard.filter(text => !text.startsWith('SIP/2.0') && !text.startsWith('ACK'));
      const request = requests.at(-1 - (one.which % Math.max(1, requests.length)));
      if (request) await peer.ask(answerTo(request, one.status, ['Min-Expires: 200', 'Retry-After: 3']), SERVER);
    } else {
      cseq += 1;
      const { method, extra, frag } = one;
      const known = dialogs();
      const inside =
        one.dialog === 0 ? { callId: `new${cseq}` } : (known[one.dialog % Math.max(1, known.length)] ?? {});
      const body = method === 'INVITE' ? SDP : frag;
      const type = method === 'INVITE' ? 'application/sdp' : 'message/sipfrag';
      const [, ok] = await peer.ask(
        requestText({ method, cseq, extra, body, type, branch: `z9hG4bK${cseq}`, ...inside }),
        SERVER,
      );
      if (method === 'INVITE' && ok?.startsWith('SIP/2.0 200')) {
        const ack = { method: 'ACK', cseq, callId: headerOf(ok, 'Call-ID'), toTag: tagIn(ok, 'To') };
        await peer.ask(requestText({ ...ack, branch: `z9hG4bKack${cseq}` }), SERVER);
      }
    }
  }
  for (const call of calls) call.close();
  for (const subscription of subscriptions) void subscription.unsubscribe();
  for (const subscriber of subscribers) subscriber.terminate('noresource');
  await clock.run(400_000);
  assert.deepEqual(agent.counts(), NOTHING);
  assert.deepEqual(
    stage.lines.filter(({ level }) => level === 'error'),
    [],
  );
  await agent.close();
}

test(`subscriptions and REFERs in any order leave nothing behind (seed ${SEED})`, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), play), {
    seed: SEED,
    numRuns: 80,
  });
});
