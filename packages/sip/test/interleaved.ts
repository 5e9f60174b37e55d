import assert from 'node:assert/strict';
import { type Clock, memoryLog, seeded, sleep } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import {
  createProxy,
  createUserAgent,
  type Dialog,
  DigestServer,
  type EventsOptions,
  ha1Of,
  type InviteTarget,
  type Resolver,
  type SipProxy,
  type UserAgent,
} from '../src/index.ts';
import { Phone } from './interleaved-phone.ts';
import type { Play, Policy, Step } from './interleaved-steps.ts';
import { NOTHING } from './scene.ts';
import { FINE, WeatherNetwork } from './weather.ts';
import { WireRules } from './wire-rules.ts';

const NAMES = ['ann', 'bob', 'carol'] as const;
const addressOf = (index: number): string => `10.0.0.${index + 1}`;
const PROXY = '10.0.0.9';
/** Always too busy: the first server of a pair. */
const BUSY = '10.0.0.8';
const REALM = 'example.org';
const STATE = { type: 'text/plain', content: Buffer.from('x') };
/** 64*T1, and a little for what was sent at its end. */
const A_WHILE = 36_000;

/** How far the plays have come, so that a test can tell that they come far enough. */
export const newReach = () => ({
  plays: 0,
  talks: 0,
  agreedAnew: 0,
  glare: 0,
  pracked: 0,
  challenged: 0,
  busy: 0,
  cancelled: 0,
  forkedTwice: 0,
  reported: 0,
  replaced: 0,
  notified: 0,
});
export type Reach = ReturnType<typeof newReach>;

/** Lets three user agents and a proxy talk over a network of that weather, and asserts what has to hold afterwards. */
export async function play(what: Play, reach: Reach): Promise<void> {
  const stage = new Stage(what);
  try {
    await stage.open();
    for (const step of what.steps) await stage.step(step);
    await stage.calm();
    stage.assertAgreement();
    await stage.finish(reach);
  } catch (thrown) {
    if (process.env.PARLEY_WIRE)
      console.error([...stage.rules.log, ...stage.log.lines.map(line => JSON.stringify(line))].join('\n'));
    throw thrown;
  }
}

class Stage {
  readonly #what: Play;
  readonly #clock = new FakeClock();
  readonly #network: WeatherNetwork;
  readonly rules: WireRules;
  readonly log = memoryLog();
  readonly #phones: readonly Phone[];
  readonly #others: (UserAgent | SipProxy)[] = [];

  constructor(what: Play) {
    this.#what = what;
    this.rules = new WireRules(
      NAMES.map((_, index) => addressOf(index)),
      () => this.#clock.monotonic(),
    );
    this.#network = new WeatherNetwork(this.#clock, seeded(what.seed), this.rules);
    this.#phones = NAMES.map(
      (name, index) => new Phone(name, addressOf(index), { clock: this.#clock, decides: what.policies[index].decides }),
    );
  }

  async open(): Promise<void> {
    const common = { clock: this.#clock, log: this.log, openDatagramSocket: this.#network.open, unlimited: () => true };
    for (const [index, phone] of this.#phones.entries()) {
      phone.agent = createUserAgent({
        ...common,
        ...this.#optionsOf(phone, this.#what.policies[index]),
        listen: [{ transport: 'udp', address: phone.address, port: 5060 }],
        random: seeded(this.#what.seed + index),
        resolver: slowly(this.#clock, this.#what.policies[index].lookUpMillis),
      });
      await phone.agent.listen();
    }
    const proxy = createProxy({
      ...common,
      listen: [{ transport: 'udp', address: PROXY, port: 5060 }],
      random: seeded(this.#what.seed + 10),
      route: (request, source) => ({
        kind: 'forward',
        targets: this.#called(userOf(request.uri), source.address).map(({ uri }) => ({ uri })),
      }),
    });
    const busy = createUserAgent({
      ...common,
      listen: [{ transport: 'udp', address: BUSY, port: 5060 }],
      random: seeded(this.#what.seed + 11),
      admit: () => ({ status: 503, headers: [['Retry-After', '1']] }),
      onInvitation: invitation => invitation.reject({ status: 503 }),
    });
    this.#others.push(proxy, busy);
    await Promise.all(this.#others.map(other => other.listen()));
    this.#network.weather = this.#what.weather;
  }

  async step({ who, what, which, wait }: Step): Promise<void> {
    const phone = this.#phones[who];
    if (what === 'until the refresh') await this.#untilRefresh(which);
    else if (!phone.isClosed) this.#do(phone, what, which);
    if (wait > 0) await this.#clock.run(wait);
    else await settle();
  }

  /** Nothing is lost for as long as a session of 90 s goes without a refresh, or about so long: what comes then meets it. */
  async #untilRefresh(which: number): Promise<void> {
    this.#network.weather = { ...this.#what.weather, lost: 0 };
    await this.#clock.run(44_900 + which * 20);
    this.#network.weather = this.#what.weather;
  }

  /** The weather clears up: whatever is under way comes to its end. */
  async calm(): Promise<void> {
    this.#network.weather = FINE;
    await this.#clock.run(A_WHILE);
  }

  /** Whoever is in a call is so with somebody, who believes the same of it. */
  assertAgreement(): void {
    for (const phone of this.#phones) {
      if (phone.isClosed) continue;
      for (const { dialog, agreed } of phone.talks) {
        if (dialog.signal.aborted) continue;
        const other = this.#phones.find(one => one !== phone && one.talks.some(talk => isOther(dialog, talk.dialog)));
        const talk = other?.talks.find(one => isOther(dialog, one.dialog));
        if (other?.isClosed || (!other && this.#phones.some(({ isClosed }) => isClosed))) continue;
        assert.ok(talk && !talk.dialog.signal.aborted, `${phone.name} is in a call with nobody`);
        assert.equal(talk.agreed, agreed, `${phone.name} and ${other?.name} have agreed on different things`);
      }
    }
  }

  /** Everybody hangs up; nothing is left. */
  async finish(reach: Reach): Promise<void> {
    for (const phone of this.#phones) phone.finish();
    // A call that rings is cancelled after 180 s, a REFER watched for 240; then 64*T1, and again for what follows.
    await this.#clock.run(400_000);
    for (const { agent, name, promised, signals, faults } of this.#phones) {
      if (faults.length > 0) throw faults[0];
      assert.deepEqual(agent.counts(), NOTHING, name);
      assert.deepEqual([...promised.values()], [], `${name} waits for ever`);
      assert.ok(
        signals.every(({ aborted }) => aborted),
        `a leg or subscription of ${name} has no end`,
      );
    }
    for (const other of this.#others)
      for (const [key, count] of Object.entries(other.counts())) assert.equal(count, 0, `${key} of the others`);
    assert.equal(this.#clock.timers, 0);
    this.rules.assertKept();
    assert.deepEqual(
      this.log.lines.filter(({ level }) => level === 'error'),
      [],
    );
    await Promise.all([...this.#phones.map(phone => phone.close()), ...this.#others.map(other => other.close())]);
    assert.equal(this.#network.sockets, 0);
    this.#count(reach);
  }

  #count(reach: Reach): void {
    const { statuses } = this.rules;
    const of = (status: string) => statuses.get(status) ?? 0;
    reach.plays += 1;
    reach.pracked += of('200 PRACK');
    reach.notified += of('200 NOTIFY');
    reach.challenged += of('401 INVITE');
    reach.cancelled += of('487 INVITE');
    reach.agreedAnew += of('200 UPDATE');
    reach.glare += of('491 INVITE') + of('491 UPDATE');
    reach.busy += this.rules.log.filter(line => line.includes(`${BUSY} > `) && line.includes('503')).length;
    for (const { talks, reports, invitations } of this.#phones) {
      reach.talks += talks.length;
      reach.reported += reports.length;
      reach.replaced += invitations.filter(({ replaces }) => replaces).length;
    }
    const callIds = this.#phones.flatMap(({ talks }) => talks.map(({ dialog }) => dialog.callId));
    reach.forkedTwice += new Set(
      callIds.filter((one, at) => callIds.indexOf(one) < at - 1 && callIds.filter(two => two === one).length > 2),
    ).size;
  }

  #optionsOf(phone: Phone, { reliable, sessionTimer, asks }: Policy) {
    const digest = new DigestServer({
      realm: REALM,
      clock: this.#clock,
      nonceMillis: 2_000,
      lookup: (user, realm, algorithm) => ha1Of(algorithm, user, { realm, password: 'correct horse' }),
    });
    const events: EventsOptions = {
      packages: [
        {
          name: 'message-summary',
          contentType: 'text/plain',
          expires: { usual: 60, least: 30, most: 60 },
          onSubscribe: () => ({ state: STATE, taken: subscriber => phone.subscribed(subscriber) }),
        },
      ],
      onRefer: ({ wantsReport }) => ({
        taken: progress => {
          if (wantsReport) phone.referred(progress);
        },
      }),
    };
    return {
      reliable,
      sessionTimer,
      replaces: true,
      events,
      credentials: () => ({ user: phone.name, password: 'correct horse' }),
      admit: (request: Parameters<typeof digest.checkNow>[0], source: Parameters<typeof digest.checkNow>[1]) => {
        if (!asks || source.address === PROXY) return undefined;
        const verdict = digest.checkNow(request, source);
        return verdict.kind === 'refused' ? verdict.refusal : undefined;
      },
      onInvitation: (invitation: Parameters<Phone['invited']>[0]) => phone.invited(invitation),
    };
  }

  /** Whom a name reaches. */
  #called(user: string, source: string): readonly Phone[] {
    const others = this.#phones.filter(({ address }) => address !== source);
    return user === 'both' ? others : others.filter(({ name }) => name === user);
  }

  #do(phone: Phone, what: string, which: number): void {
    const others = this.#phones.filter(one => one !== phone);
    const other = others[which % others.length];
    const talk = pick(
      living(phone.talks, which, ({ dialog }) => dialog.signal),
      which,
    );
    const invitation = pick(
      living(phone.invitations, which, ({ signal }) => signal),
      which,
    );
    const early =
      pick(
        living(phone.early, which, ({ signal }) => signal),
        which,
      ) ?? invitation?.dialog;
    if (what.startsWith('call')) phone.call(targetOf(what, other), { hasOffer: what !== 'call without offer' });
    else if (what === 'ring' || what === 'progress' || what === 'answer' || what === 'reject')
      invitation && phone.treat(what, invitation);
    else if (what === 'cancel') pick(phone.inviters, which)?.cancel();
    else if (what === 'early bye') early && phone.ask(early, 'bye');
    else if (what === 'early ping') early && phone.ask(early, 'ping');
    else if (what === 'early info') early && phone.ask(early, 'info');
    else if (what === 'early update') early && phone.move(early, 'UPDATE');
    else if (what === 'subscribe') phone.subscribe({ uri: other.uri });
    else if (what === 'unsubscribe') void pick(phone.subscriptions, which)?.unsubscribe();
    else if (what === 'notify') pick(phone.subscribers, which)?.notify(STATE);
    else if (what === 'terminate') pick(phone.subscribers, which)?.terminate('deactivated');
    else if (what === 'report' || what === 'report the end')
      pick(phone.reports, which)?.report(what === 'report' ? 180 : 200);
    else if (what === 'close') phone.leave();
    else if (talk) this.#inCall(phone, what, talk.dialog);
  }

  #inCall(phone: Phone, what: string, dialog: Dialog): void {
    if (what === 're-INVITE') phone.move(dialog, 'INVITE');
    else if (what === 'update') phone.move(dialog, 'UPDATE');
    else if (what === 'bye' || what === 'refresh' || what === 'info' || what === 'ping') phone.ask(dialog, what);
    else if (what === 'refer' || what === 'refer quietly')
      phone.refer(dialog.refer({ to: 'sip:dave@10.0.0.7', subscribe: what === 'refer' }));
    else if (what === 'replace') this.#replace(phone, dialog);
  }

  /** A third one takes the place of whoever is in a call with somebody. */
  #replace(phone: Phone, dialog: Dialog): void {
    const other = this.#phones.find(one => one.talks.some(talk => isOther(dialog, talk.dialog)));
    const third = this.#phones.find(one => one !== phone && one !== other);
    if (other && third && !third.isClosed) third.call({ uri: other.uri }, { hasOffer: true, replaces: dialog });
  }
}

/** Names that have two servers, of which the first one is always busy. Looking them up takes a turn. */
const PAIR: Resolver = {
  naptr: async () => [],
  srv: async name => {
    const found = NAMES.indexOf((/^_sip\._udp\.(\w+)\.test$/.exec(name)?.[1] ?? '') as (typeof NAMES)[number]);
    if (found < 0) return [];
    return [
      { priority: 1, weight: 1, port: 5060, name: 'busy.host' },
      { priority: 2, weight: 1, port: 5060, name: `${NAMES[found]}.host` },
    ];
  },
  addresses: async (name, family) => {
    if (family === 6) return [];
    const found = NAMES.indexOf(name.slice(0, name.indexOf('.')) as (typeof NAMES)[number]);
    return [{ address: found < 0 ? BUSY : addressOf(found), ttl: 60 }];
  },
};

/** What it knows comes after a while. */
function slowly(clock: Clock, millis: number): Resolver {
  const later = async <T>(found: Promise<T>): Promise<T> => {
    if (millis > 0) await sleep(clock, millis);
    return found;
  };
  return {
    naptr: name => later(PAIR.naptr(name)),
    srv: name => later(PAIR.srv(name)),
    addresses: (name, family) => later(PAIR.addresses(name, family)),
  };
}

const userOf = (uri: string): string => /^sip:([^@]*)@/.exec(uri)?.[1] ?? '';

function targetOf(what: string, other: Phone): InviteTarget {
  if (what === 'call both') return { uri: `sip:both@${PROXY}` };
  if (what === 'call by proxy') return { uri: `sip:${other.name}@${PROXY}` };
  if (what === 'call pair') return { uri: `sip:${other.name}@${other.name}.test` };
  return { uri: other.uri };
}

/** Whether two dialogs are the two ends of one. */
const isOther = (one: Dialog, two: Dialog): boolean =>
  one.callId === two.callId && one.localTag === two.remoteTag && one.remoteTag === two.localTag;

/** Mostly of those whose end has not come, if there are any. */
function living<T>(all: readonly T[], which: number, signalOf: (one: T) => AbortSignal): readonly T[] {
  const alive = all.filter(one => !signalOf(one).aborted);
  return which < 6 && alive.length > 0 ? alive : all;
}

const pick = <T>(all: readonly T[], which: number): T | undefined => all[which % Math.max(1, all.length)];
