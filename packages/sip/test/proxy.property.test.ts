import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import fc from 'fast-check';
import type { ProxyTarget, RouteDecision } from '../src/index.ts';
import { headerOf, type RawPeer } from './memory-network.ts';
import { assertNothingLeft, PROXY, type ProxyScene, proxyScene, rawCaller, replyText } from './proxy-scene.ts';

const SEED = 20_261_121;
const SEQUENCES = 300;
const PHONES = ['10.0.0.3', '10.0.0.4', '10.0.0.5'];
const METHODS = ['INVITE', 'INVITE', 'INVITE', 'ACK', 'CANCEL', 'CANCEL', 'INFO', 'BYE'];
const STATUSES = [100, 180, 183, 200, 302, 401, 404, 407, 430, 486, 487, 503, 600];
const ROUTINGS = ['one', 'parallel', 'in turn', 'recursive', 'instead', 'late', 'never', 'refused', 'nobody'] as const;

type Step =
  | {
      readonly kind: 'say';
      readonly method: string;
      readonly branch: number;
      readonly seal: boolean;
      readonly tag: boolean;
    }
  | {
      readonly kind: 'answer';
      readonly phone: number;
      readonly request: number;
      readonly status: number;
      readonly again: boolean;
    }
  | { readonly kind: 'route'; readonly how: (typeof ROUTINGS)[number] }
  | { readonly kind: 'decide' }
  | { readonly kind: 'wait'; readonly millis: number };

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('say' as const),
        method: fc.constantFrom(...METHODS),
        branch: fc.nat(3),
        seal: fc.boolean(),
        tag: fc.boolean(),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('answer' as const),
        phone: fc.nat(2),
        request: fc.nat(3),
        status: fc.constantFrom(...STATUSES),
        again: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('route' as const), how: fc.constantFrom(...ROUTINGS) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('decide' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        millis: fc.constantFrom(1, 400, 4000, 33_000, 190_000),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 4, maxLength: 40 },
);

const [first, second, third] = PHONES.map((address): ProxyTarget => ({ uri: `sip:bob@${address}` }));
const DECISIONS: Readonly<Record<string, RouteDecision>> = {
  one: { kind: 'forward', targets: [first] },
  parallel: { kind: 'forward', targets: [first, second, third] },
  'in turn': { kind: 'forward', targets: [first, { ...second, q: 0.5 }, { ...third, q: 0.1 }] },
  recursive: { kind: 'forward', targets: [first], recurse: true },
  instead: { kind: 'forward', targets: [{ ...first, instead: [second, third] }] },
  refused: { kind: 'answer', status: 403 },
  nobody: { kind: 'forward', targets: [] },
};

/** A caller and three phones who say what they like. */
class Play {
  readonly stage: ProxyScene;
  readonly #caller: RawPeer;
  readonly #say: Awaited<ReturnType<typeof rawCaller>>['say'];
  readonly #phones: readonly RawPeer[];
  readonly #waiting: ((decision: RouteDecision) => void)[] = [];

  constructor(stage: ProxyScene, { peer, say }: Awaited<ReturnType<typeof rawCaller>>, phones: readonly RawPeer[]) {
    this.stage = stage;
    this.#caller = peer;
    this.#say = say;
    this.#phones = phones;
    this.#route('parallel');
  }

  async step(step: Step): Promise<void> {
    if (step.kind === 'wait') await this.stage.clock.run(step.millis);
    else if (step.kind === 'route') this.#route(step.how);
    else if (step.kind === 'decide') this.#waiting.shift()?.(DECISIONS.parallel);
    else if (step.kind === 'answer') await this.#answer(step);
    else await this.#request(step);
    await settle();
  }

  #route(how: (typeof ROUTINGS)[number]): void {
    this.stage.route = () => {
      if (how === 'late') return new Promise(resolve => this.#waiting.push(resolve));
      return how === 'never' ? new Promise(() => undefined) : DECISIONS[how];
    };
  }

  async #request({ method, branch, seal, tag }: Extract<Step, { kind: 'say' }>): Promise<void> {
    const recorded = this.#phones.flatMap(({ heard }) => heard.map(text => headerOf(text, 'Record-Route')));
    const route = seal ? recorded.find(value => value !== undefined) : undefined;
    const extra = route === undefined ? [] : [`Route: ${route}`];
    const cseqMethod = method;
    await this.#say({ method, cseqMethod, branch: `z9hG4bKb${branch}`, extra, toTag: tag ? 'callee' : '' });
  }

  async #answer({ phone, request, status, again }: Extract<Step, { kind: 'answer' }>): Promise<void> {
    const peer = this.#phones[phone];
    const asked = peer.heard.filter(text => !text.startsWith('ACK')).at(-1 - request);
    if (!asked) return;
    const extra = status === 302 ? [`Contact: <sip:bob@${PHONES[(phone + 1) % 3]}>, <sip:bob@10.0.0.77>`] : [];
    const text = replyText(asked, { status, toTag: `t${phone}`, extra });
    await peer.ask(text, PROXY);
    if (again) await peer.ask(text, PROXY);
  }

  /** What one INVITE got: every 2xx, or one refusal; and it did get something. */
  check(): number {
    const finals = new Map<string, Set<string>>();
    for (const text of this.#caller.heard) {
      const [, status] = /^SIP\/2\.0 (\d{3})/.exec(text) ?? [];
      if (status === undefined || !/^CSeq: \d+ INVITE/m.test(text)) continue;
      const key = /branch=([^;\r]+)/.exec(text)?.[1] ?? '';
      const seen = finals.get(key) ?? new Set();
      if (status >= '200') seen.add(status[0] === '2' ? '2xx' : status);
      finals.set(key, seen);
    }
    for (const [key, seen] of finals) assert.ok(seen.size >= 1, `${key} has no end`);
    return finals.size;
  }
}

test(`${SEQUENCES} sequences of requests, answers and cancellations, in and out of place, leave nothing behind (seed ${SEED})`, async () => {
  let answered = 0;
  const property = fc.asyncProperty(steps, async sequence => {
    const stage = await proxyScene();
    const caller = await rawCaller(stage);
    const phones: RawPeer[] = [];
    for (const address of PHONES) phones.push(await stage.network.peer(address));
    const play = new Play(stage, caller, phones);
    for (const step of sequence) await play.step(step);
    // Timer C, then 64*T1 for the CANCEL and again for what follows, for each of three tried in turn.
    await stage.clock.run(3 * 260_000);
    answered += play.check();
    const late = stage.lines.filter(
      ({ level, fields }) => level === 'error' && fields.reason === 'the routing took too long',
    );
    await assertNothingLeft(stage, late.length);
  });
  await fc.assert(property, { seed: SEED, numRuns: SEQUENCES });
  assert.ok(answered > SEQUENCES / 2, `only ${answered} INVITEs were answered: the steps do not reach far enough`);
});

test(`what one request makes of itself is bounded, whatever redirections say (seed ${SEED})`, async () => {
  const stage = await proxyScene({ budgets: { targets: 10 } });
  stage.route = () => ({ kind: 'forward', targets: [first], recurse: true });
  const { say } = await rawCaller(stage);
  const phone = await stage.network.peer('10.0.0.3');
  await say({ method: 'INFO' });
  for (let round = 0; round < 50; round++) {
    const asked = phone.heard.at(-1) ?? '';
    const contacts = Array.from({ length: 20 }, (_, at) => `<sip:${round}.${at}@10.0.0.3>`);
    await phone.ask(replyText(asked, { status: 302, extra: [`Contact: ${contacts.join(', ')}`] }), PROXY);
  }
  await stage.clock.run(64 * 500);
  const sent = new Set(phone.heard.map(text => text.slice(0, text.indexOf(' SIP/2.0'))));
  assert.equal(sent.size, 10);
  await assertNothingLeft(stage);
});
