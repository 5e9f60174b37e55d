import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { ToneSegment } from '@parley/media';
import { openPhone } from '@parley/phone';
import { Caller } from '../peers/caller.ts';
import { type Chaos, startChaosRelay } from '../peers/chaos-relay.ts';
import { mailArrives } from '../peers/mailbox.ts';
import { startServer, testFolder } from '../peers/parley.ts';
import { seedData } from '../peers/seed.ts';
import { CALLER_TONES, decodeAudio, heardTones, toneSequence } from '../peers/sound.ts';

const SEED = 20_261_121;
const TONES = Array.from({ length: 16 }, (_, i) => CALLER_TONES[i % CALLER_TONES.length]);
/** What callers say: 8 s. */
const WORDS = toneSequence(TONES);
const WORDS_MILLIS = WORDS.length / 8;

/** RFC 3261 timers make up for what signalling loses, so this may be worse than the media's. */
const BAD_SIGNALLING: Chaos = { loss: 0.2, doubled: 0.2, delayMillis: 50 };

const networks: readonly { readonly says: string; readonly media: Chaos; readonly signalling: Chaos }[] = [
  { says: '5 % loss', media: { loss: 0.05 }, signalling: BAD_SIGNALLING },
  { says: 'reordering and duplicates', media: { reordered: 0.1, doubled: 0.1 }, signalling: BAD_SIGNALLING },
  { says: '300 ms of delay', media: { delayMillis: 300 }, signalling: { delayMillis: 300 } },
  {
    says: 'all of that at once',
    media: { loss: 0.05, reordered: 0.05, doubled: 0.05, delayMillis: 300 },
    signalling: { ...BAD_SIGNALLING, delayMillis: 300 },
  },
];

// Each takes its time and little else: they go on beside each other.
suite('a bad network', { concurrency: true }, () => {
  for (const { says, media, signalling } of networks)
    test(`with ${says} between the phone and the server, the message is whole and there is one call (seed ${SEED})`, {
      timeout: 90_000,
    }, async t => {
      const folder = testFolder(t);
      const data = join(folder, 'data');
      await seedData(data, { dialPlan: { audioCodec: 'G711' } });
      const server = await startServer(t, { data, config: { maildir: { root: join(folder, 'mail') } } });
      const relay = await startChaosRelay(t, { server: server.udp, seed: SEED, media, signalling });
      const phone = await openPhone();
      t.after(() => phone.close());
      const caller = await Caller.calls(phone, relay.address, '1001', { via: relay.address });
      // The tone itself may be lost on the way: whoever hears the prompt before it waits until it must be over.
      await caller.hearsBegin('record.prompt', 30);
      await caller.say(new Int16Array(8 * 1500));
      await caller.say(WORDS);
      // People wait a moment before they hang up; a machine that stood still says its last words and BYE at once.
      await caller.say(new Int16Array(8 * 500));
      await caller.hangUp();
      const [{ email }] = await mailArrives(join(folder, 'mail/parley.test/ann'), 1, 60);
      const [{ mimeType, content }] = email.attachments;
      assert.ok(content instanceof ArrayBuffer || content instanceof Uint8Array);
      const samples = await decodeAudio(mimeType, new Uint8Array(content));
      // A tone of 400 ms that lost packets may be found as several, the first and the last ones too: what counts is that none is
      // missing, that nothing else was heard in its place, and from where to where they reach.
      const parts = heardTones(samples);
      const from = parts[0].startMillis;
      const placeOf = ({ startMillis, endMillis }: ToneSegment) =>
        Math.floor(((startMillis + endMillis) / 2 - from) / 500);
      for (const [i, hertz] of TONES.entries()) {
        const heard = parts.filter(part => placeOf(part) === i).flatMap(part => part.frequencies);
        assert.deepEqual([...new Set(heard)], [hertz], `tone ${i} among ${JSON.stringify(parts)}`);
      }
      const length = parts.at(-1)!.endMillis - from;
      const sent = WORDS_MILLIS - 100;
      assert.ok(
        Math.abs(length - sent) <= sent * 0.02,
        `${length} ms of tones instead of ${sent} ± 2 %: ${JSON.stringify(parts)}`,
      );
      const calls = server.child.output().match(/"msg":"call came"/g) ?? [];
      assert.equal(calls.length, 1, 'retransmissions make no second call');
      const did = { ...relay.media };
      if (media.loss) assert.ok(did.lost > 10, `the relay lost ${did.lost}`);
      if (media.doubled) assert.ok(did.doubled > 10, `the relay doubled ${did.doubled}`);
      if (media.reordered) assert.ok(did.reordered > 10, `the relay reordered ${did.reordered}`);
    });
});
