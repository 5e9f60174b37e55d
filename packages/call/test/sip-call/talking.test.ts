import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@parley/base/fake-clock';
import { HungUp, type Prompt } from '../../src/index.ts';
import { answeredRig, failure, record, say } from './rig.ts';

test('a prompt is rendered in the call’s language and played to its end', async () => {
  const { call, media, prompter, transcript } = await answeredRig();
  call.speakIn('fr-FR');
  const played = call.play([...say('a'), ...say('b')]);
  await settle();
  assert.deepEqual(media.plays[0].sources, [
    { kind: 'clip', clip: 0 },
    { kind: 'clip', clip: 1 },
  ]);
  assert.equal(media.plays[0].bargeIn, '0123456789*#ABCD');
  media.playedOut();
  await played;
  assert.deepEqual(prompter.asked, ['fr-FR']);
  assert.deepEqual(transcript, ['answers', 'speaks fr-FR', 'plays a', 'plays b']);
});

test('barge-in keys are passed on; a queued one keeps the prompt from starting', async () => {
  const { call, media } = await answeredRig();
  media.key('5');
  await call.play(say('greeting'));
  assert.equal(media.plays.length, 0);
  const strict = call.play(say('notice'), { bargeIn: '1' });
  await settle();
  assert.equal(media.plays[0].bargeIn, '1');
  media.key('1');
  await strict;
  const deaf = call.play(say('legal'), { bargeIn: false });
  await settle();
  assert.equal(media.plays[1].bargeIn, '');
  media.playedOut();
  await deaf;
});

test('a prompt that cannot be rendered is left out, logged without its values, and the call goes on', async () => {
  const { call, media, prompter, log } = await answeredRig();
  prompter.fails = true;
  await call.play([{ kind: 'prompt', id: 'greeting.system', values: { name: { name: 'Ann Lee' } } }]);
  assert.equal(media.plays.length, 0);
  const line = log.lines.find(({ event }) => event === 'prompt cannot be said');
  assert.ok(line);
  assert.ok(JSON.stringify(line.fields).includes('greeting.system'));
  assert.ok(!JSON.stringify(line.fields).includes('Ann Lee'));
});

test('a recording that is lost is replaced by what stands instead, and the transcript knows it', async () => {
  const { call, media, transcript } = await answeredRig();
  const greeting: Prompt = [{ kind: 'file', path: '/g.wav', instead: say('system') }];
  const played = call.play([...say('before'), ...greeting, ...say('after')]);
  await settle();
  assert.equal(media.plays[0]?.sources.length, 3);
  media.playedOut();
  await played;
  await call.play([{ kind: 'file', path: '/g.wav' }]);
  assert.deepEqual(transcript, ['answers', 'plays before', 'plays system', 'plays after', 'plays file g.wav']);
});

test('a menu hears what is typed ahead, a key in its prompt, and silence', async () => {
  const { call, media, clock } = await answeredRig();
  const options = { prompt: say('menu'), keys: { '1': 'yes', '2': 'no' }, silent: say('silent'), patienceMillis: 4000 };
  media.key('2');
  assert.equal(await call.menu(options), 'no');
  const barged = call.menu(options);
  await settle();
  media.key('1');
  assert.equal(await barged, 'yes');
  const late = call.menu(options);
  await settle();
  media.playedOut();
  await clock.run(4000);
  media.playedOut();
  await settle();
  media.key('2');
  assert.equal(await late, 'no');
  assert.equal(clock.timers, 0);
});

test('ask collects digits', async () => {
  const { call, media } = await answeredRig();
  const asked = call.ask({ prompts: [say('pin')], atLeast: 4, atMost: 6 });
  await settle();
  for (const key of '1234#') media.key(key);
  assert.equal(await asked, '1234');
});

test('tone and recording are asked for at once; the end key is not typed ahead, what follows it is', async () => {
  const { call, media, transcript } = await answeredRig();
  const recorded = record(call, say('tone'));
  await settle();
  assert.equal(media.plays.length, 1);
  assert.deepEqual(media.takes, [
    { into: { draft: 'd', take: 1 }, maxMillis: 60_000, idleMillis: 5000, endKeys: '#', earlierKeys: 'ignore' },
  ]);
  media.key('7');
  media.playedOut();
  media.key('4');
  media.key('#');
  media.recorded({ endedBy: 'key', key: '#', millis: 3000, soundMillis: 2500 });
  media.key('1');
  assert.deepEqual(await recorded, { endedBy: 'key', key: '#', millis: 3000, soundMillis: 2500 });
  assert.equal(await call.menu({ prompt: say('menu'), keys: { '1': 'send' } }), 'send');
  assert.deepEqual(transcript, ['answers', 'plays tone', 'records 3.0 s, ended by #', 'hears 1']);
});

test('an end key whose news come after those of the recording is no key of the menu', async () => {
  const { call, media } = await answeredRig();
  const recorded = record(call);
  await settle();
  // The worker tells both in one tick, in either order.
  media.recorded({ endedBy: 'key', key: '#', at: 100 });
  await recorded;
  media.key('#');
  media.key('1');
  assert.equal(await call.menu({ prompt: say('menu'), keys: { '#': 'hash', '1': 'one' } }), 'one');
});

test('hang-up: record resolves, everything else rejects, no timer is left', async () => {
  const during = await answeredRig();
  const recorded = record(during.call, say('tone'));
  await settle();
  during.invitation.end('bye');
  assert.deepEqual(await recorded, { endedBy: 'hang-up', millis: 1000, soundMillis: 1000 });
  assert.deepEqual(await record(during.call), { endedBy: 'hang-up', millis: 0, soundMillis: 0 });
  for (const verb of ['play', 'menu', 'menu waiting', 'ask', 'during'] as const) {
    const { call, invitation, media, clock, transcript } = await answeredRig();
    const running = {
      play: () => call.play(say('a')),
      menu: () => call.menu({ prompt: say('a'), keys: { '1': 'x' } }),
      'menu waiting': () => call.menu({ prompt: say('a'), keys: { '1': 'x' } }),
      ask: () => call.ask({ prompts: [say('a')], atLeast: 1, atMost: 2 }),
      during: () => call.during(new Promise(() => {}), say('music')),
    }[verb]();
    await settle();
    if (verb === 'menu waiting') media.playedOut();
    await settle();
    invitation.end('bye');
    const error = await failure(running);
    assert.ok(error instanceof HungUp && error.by === 'bye', verb);
    await call.close();
    assert.equal(clock.timers, 0, verb);
    assert.equal(transcript.at(-1), 'caller hangs up');
    assert.equal(media.closed, true);
    assert.deepEqual(invitation.sent, ['200'], 'who was hung up on does not hang up');
  }
});

test('a worker that dies in a recording: it failed', async () => {
  const { call, media } = await answeredRig();
  const recorded = record(call);
  await settle();
  media.die();
  assert.equal((await recorded).endedBy, 'failed');
  assert.equal(call.ended?.by, 'media failed');
});

test('music plays on while something works, and stops with it', async () => {
  const { call, media, clock } = await answeredRig();
  const work = Promise.withResolvers<string>();
  const result = call.during(work.promise, say('music'));
  await settle();
  await clock.run(60_000);
  assert.deepEqual(
    media.plays.map(({ loop, bargeIn }) => [loop, bargeIn]),
    [[true, '']],
  );
  work.resolve('found');
  assert.equal(await result, 'found');
  await settle();
  assert.equal((await media.plays[0].done.promise).endedBy, 'stopped');
  assert.equal(media.plays.length, 1);
  assert.equal(clock.timers, 0);
});
