import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { codeOf, type Deferred, defer, silentLog, systemClock } from '@parley/base';
import { type Call, type Dialer, type FinishedCall, type Flow, runFlow, SipCall } from '@parley/call';
import { type CodecName, chord, encodePcma, encodePcmu, findTones, MediaThreads } from '@parley/media';
import { openPhone, type Phone, type Ringing, toneOver } from '@parley/phone';
import { createUserAgent, type Invitation, type RawHeader } from '@parley/sip';

type PhoneCall = Awaited<ReturnType<Phone['call']>>;

const MUSIC = 440;

interface HouseOptions {
  /** What the third phone is offered. */
  readonly codecs?: readonly CodecName[];
  readonly threads?: number;
}

/** A house whose calls are led by a flow, and phones around it, all on loopback. */
class House {
  readonly transcript: string[] = [];
  readonly phones: Phone[] = [];
  readonly finished: FinishedCall[] = [];
  readonly #calls: Deferred<FinishedCall>[] = [];
  #media!: MediaThreads;
  #agent!: ReturnType<typeof createUserAgent>;
  #uri = '';

  static async open(t: TestContext, flow: Flow, { codecs, threads = 2 }: HouseOptions = {}): Promise<House> {
    const house = new House();
    house.#media = new MediaThreads({
      count: threads,
      entry: new URL('../../packages/media/test/echo-worker.ts', import.meta.url),
      address: '127.0.0.1',
      ports: { from: 27_000, to: 27_199 },
      clock: systemClock,
      log: silentLog,
    });
    await house.#media.start();
    house.#agent = createUserAgent({
      listen: [{ transport: 'udp', address: '127.0.0.1', port: 0 }],
      clock: systemClock,
      log: silentLog,
      admit: () => undefined,
      events: { onRefer: () => ({ status: 403 }) },
      onInvitation: invitation => house.#lead(invitation, flow, codecs),
    });
    const [{ port }] = await house.#agent.listen();
    house.#uri = `sip:desk@127.0.0.1:${port}`;
    t.after(async () => {
      await Promise.all(house.phones.map(phone => phone.close()));
      await Promise.all(house.#calls.map(({ promise }) => promise));
      await house.#agent.close();
      await house.#media.close();
    });
    return house;
  }

  async phone(): Promise<Phone> {
    const from = 27_200 + 20 * this.phones.length;
    const phone = await openPhone({ ports: { from, to: from + 19 } });
    this.phones.push(phone);
    return phone;
  }

  /** A phone's call to the house. */
  calls(phone: Phone): Promise<PhoneCall> {
    return phone.call(this.#uri, { from: '"Ann Lee" <sip:5550123@127.0.0.1>' });
  }

  /** Resolves when the flow of the first call has ended. */
  get over(): Promise<FinishedCall> {
    return this.#calls[0].promise;
  }

  #lead(invitation: Invitation, flow: Flow, codecs: readonly CodecName[] | undefined): void {
    const dialer: Dialer = {
      place: (uri, { from, referredBy, replaces, body }) => {
        const headers: RawHeader[] = [];
        if (referredBy !== undefined) headers.push(['Referred-By', referredBy]);
        if (replaces !== undefined) headers.push(['Replaces', replaces]);
        return this.#agent.invite({ uri }, { from, body, headers });
      },
      ...(codecs && { codecs }),
    };
    const call = new SipCall({
      invitation,
      facts: {
        callId: invitation.request.callId,
        startedAt: systemClock.wall(),
        caller: { name: 'Ann Lee', user: '5550123', host: '127.0.0.1' },
        anonymous: false,
        dialled: 'desk',
        called: [],
        explanation: [],
        gateway: 'loopback',
        transport: 'udp',
        certified: false,
      },
      openMedia: wanted => this.#media.open(wanted),
      prompter: { sources: prompt => (prompt.length > 0 ? [{ kind: 'clip', clip: this.#music() }] : []) },
      dialer,
      clock: systemClock,
      log: silentLog,
      transcript: line => this.transcript.push(line),
    });
    const finished = defer<FinishedCall>();
    this.#calls.push(finished);
    const options = { clock: systemClock, log: silentLog, maxCallMillis: 60_000 };
    runFlow(call, flow, options).then(finished.resolve, finished.reject);
  }

  #clip = 0;

  /** 250 ms, a whole number of waves: it goes round without a seam. */
  #music(): number {
    if (this.#clip > 0) return this.#clip;
    const samples = Int16Array.from({ length: 2000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * MUSIC * i) / 8000));
    const [pcmu, pcma] = [new SharedArrayBuffer(2000), new SharedArrayBuffer(2000)];
    encodePcmu(samples, new Uint8Array(pcmu));
    encodePcma(samples, new Uint8Array(pcma));
    this.#clip = this.#media.addClip({ pcmu, pcma });
    return this.#clip;
  }
}

/** The next call that rings at a phone. */
function rings(phone: Phone): Promise<Ringing> {
  const ringing = defer<Ringing>();
  phone.onRinging(ringing.resolve);
  return ringing.promise;
}

const uriOf = ({ contact }: Phone) => `sip:bob@${contact.address}:${contact.port}`;

/**
 * Each says something at the same time, and is heard by the other one alone. A machine under load keeps phones from sending in time, and a bridge leaves out
 * what comes more than 40 ms late, so not all of the 600 ms need arrive; that nothing is lost in time is tested on a clock that stands still.
 */
async function talkToEachOther(one: PhoneCall, other: PhoneCall): Promise<void> {
  const listeners = [
    { call: other, hertz: 700, from: other.heard().length },
    { call: one, hertz: 1500, from: one.heard().length },
  ];
  const heard = listeners.map(({ call, hertz, from }) =>
    call.hears(samples => toneOver(hertz)(samples.subarray(from))),
  );
  await Promise.all([one.say(chord([700], 600)), other.say(chord([1500], 600))]);
  await Promise.all(heard);
  for (const { call, hertz, from } of listeners) {
    const tones = findTones(call.heard().subarray(from), 8000, [700, 1500]);
    assert.ok(
      tones.every(({ frequencies }) => frequencies.length === 1 && frequencies[0] === hertz),
      'nobody hears themselves',
    );
    const millis = tones.reduce((sum, { startMillis, endMillis }) => sum + endMillis - startMillis, 0);
    assert.ok(millis >= 300 && millis <= 700, `${hertz} Hz for ${millis} ms`);
  }
}

const stay = (target: () => string): Flow => {
  return async (call, reached) => {
    await call.answer();
    const { kind, status } = await call.transfer(target(), {
      manner: 'stay',
      music: [{ kind: 'prompt', id: 'music' }],
    });
    reached({ kind: 'success', reason: `${kind} ${status}` });
    if (kind !== 'transferred') await call.play([{ kind: 'prompt', id: 'sorry' }]);
  };
};

for (const codecs of [['PCMU'], ['PCMA']] as CodecName[][])
  test(`a caller who is put through talks to a third phone in ${codecs}, after hold too, and keys arrive as keys`, async t => {
    let target = '';
    const house = await House.open(
      t,
      stay(() => target),
      { codecs },
    );
    const [ann, bob] = [await house.phone(), await house.phone()];
    target = uriOf(bob);
    const ringing = rings(bob);
    const anns = await house.calls(ann);
    const ring = await ringing;
    assert.equal(ring.request.from.display, 'Ann Lee');
    ring.ring();
    await anns.hears(samples => findTones(samples, 8000, [MUSIC], { minMillis: 600 }).length > 0 || undefined);
    const bobs = await ring.answer();
    assert.equal(anns.settings.codec, 'PCMU');
    assert.equal(bobs.settings.codec, codecs[0]);
    await talkToEachOther(anns, bobs);
    await bobs.hold();
    await bobs.unhold();
    await talkToEachOther(anns, bobs);
    await anns.press('12#');
    await bobs.press('5');
    assert.deepEqual([bobs.keys, anns.keys], ['12#', '5']);
    await bobs.hangUp('Q.850;cause=16;text="Bye then"');
    const end = await anns.ended;
    assert.deepEqual([end.kind, end.reasons], ['bye', ['Q.850;cause=16;text="Bye then"']]);
    const { outcome, endedBy } = await house.over;
    assert.deepEqual([outcome.reason, endedBy.by], ['transferred 200', 'transferred']);
    assert.deepEqual(house.transcript, ['answers', 'plays music', 'hangs up', `transfers to ${target} -> transferred`]);
  });

test('the caller hangs up: the third phone is told, with the Reason', async t => {
  let target = '';
  const house = await House.open(
    t,
    stay(() => target),
  );
  const [ann, bob] = [await house.phone(), await house.phone()];
  target = uriOf(bob);
  const ringing = rings(bob);
  const anns = await house.calls(ann);
  const bobs = await (await ringing).answer();
  await talkToEachOther(anns, bobs);
  await anns.hangUp('Q.850;cause=17');
  assert.deepEqual((await bobs.ended).reasons, ['Q.850;cause=17']);
  assert.equal((await house.over).endedBy.by, 'bye');
});

test('a busy line: the caller is told and still there; one who gives up while it rings stops the ringing', async t => {
  let target = '';
  const house = await House.open(
    t,
    stay(() => target),
  );
  const [ann, bob] = [await house.phone(), await house.phone()];
  target = uriOf(bob);
  let ringing = rings(bob);
  const first = await house.calls(ann);
  (await ringing).reject({ status: 486 });
  await first.ended;
  assert.equal((await house.over).outcome.reason, 'busy 486');
  assert.deepEqual(house.transcript.slice(-3), [`transfers to ${target} -> busy`, 'plays sorry', 'hangs up']);
  ringing = rings(bob);
  const second = await house.calls(ann);
  const ring = await ringing;
  ring.ring();
  await second.hangUp();
  assert.equal((await ring.ended).kind, 'cancel');
});

for (const threads of [1, 2])
  test(`two callers are joined until one leaves by a key; on ${threads} media threads`, async t => {
    const waiting = defer<Call>();
    const begun = defer<void>();
    const joined = defer<unknown>();
    let calls = 0;
    const flow: Flow = async call => {
      await call.answer();
      calls += 1;
      if (calls === 1) {
        waiting.resolve(call);
        await call.race({ forEver: signal => new Promise((_, reject) => signal.addEventListener('abort', reject)) });
      }
      const other = await waiting.promise;
      begun.resolve();
      await call.bridge(other, { leaveKeys: '*' }).then(joined.resolve, error => joined.resolve(codeOf(error)));
    };
    const house = await House.open(t, flow, { threads });
    const [ann, bob] = [await house.phone(), await house.phone()];
    const anns = await house.calls(ann);
    const bobs = await house.calls(bob);
    await begun.promise;
    if (threads === 1) {
      await talkToEachOther(anns, bobs);
      await anns.press('3');
      assert.equal(bobs.keys, '3');
      await bobs.press('*');
      assert.deepEqual(await joined.promise, { endedBy: 'key', key: '*' });
      assert.equal(anns.keys, '');
    } else assert.equal(await joined.promise, 'MEDIA_APART');
    await bobs.ended;
    await anns.hangUp();
  });

for (const manner of ['refer', 'attended'] as const)
  test(`the caller's phone is asked to call the third one itself (${manner}), and we are out of it`, async t => {
    let target = '';
    const house = await House.open(t, async (call, reached) => {
      await call.answer();
      const { kind } = await call.transfer(target, { manner, referredBy: 'sip:desk@example.com' });
      reached({ kind: 'success', reason: kind });
    });
    const [ann, bob] = [await house.phone(), await house.phone()];
    target = uriOf(bob);
    const ringing = rings(bob);
    const anns = await house.calls(ann);
    const ring = await ringing;
    const first = await ring.answer();
    const bobs = manner === 'refer' ? first : await first.transferred;
    const { endedBy, outcome } = await house.over;
    assert.deepEqual([endedBy.by, outcome.reason], ['transferred', 'transferred']);
    await anns.ended;
    const next = await anns.transferred;
    if (manner === 'attended') await first.ended;
    else assert.equal(ring.request.header('Referred-By'), '<sip:desk@example.com>');
    assert.equal(next.callId, bobs.callId);
    assert.notEqual(next.callId, anns.callId);
    await talkToEachOther(next, bobs);
    assert.equal(ann.calls + bob.calls, 2);
    await next.hangUp();
    await bobs.ended;
  });

test('a caller who could not be sent away because the line is busy goes on', async t => {
  let target = '';
  const outcomes: string[] = [];
  const house = await House.open(t, async call => {
    await call.answer();
    const { kind, status } = await call.transfer(target, { manner: 'refer' });
    outcomes.push(`${kind} ${status}`);
  });
  const [ann, bob] = [await house.phone(), await house.phone()];
  target = uriOf(bob);
  const ringing = rings(bob);
  const anns = await house.calls(ann);
  (await ringing).reject({ status: 486 });
  await house.over;
  assert.deepEqual(outcomes, ['busy 486']);
  await assert.rejects(anns.transferred, { code: 'PHONE_NOT_TRANSFERRED' });
});
