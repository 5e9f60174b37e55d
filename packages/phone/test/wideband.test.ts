import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chord, findTones, tonePower } from '@parley/media';
import { toneOver } from '@parley/phone';
import { twoPhones } from './two-phones.ts';

for (const codec of ['G722', 'opus'] as const)
  test(`a call with ${codec}: what is above 4 kHz is said and heard at its level, in time, and keys too`, async t => {
    const { connect } = await twoPhones(t);
    const { anns, bobs } = await connect([codec]);
    const heard = bobs.hears(toneOver(1000));
    await anns.say(chord([1000, 5500], 1000, { rate: 16_000 }), 16_000);
    await heard;
    const [segment] = findTones(bobs.heardWide(), 16_000, [1000, 5500]);
    assert.deepEqual(segment.frequencies, [1000, 5500]);
    const length = segment.endMillis - segment.startMillis;
    assert.ok(Math.abs(length - 1000) <= 40, `${length} ms`);
    const middle = { rate: 16_000, offset: (segment.startMillis + 200) * 16, length: 600 * 16 };
    for (const hertz of [1000, 5500]) {
      const level = 10 * Math.log10(tonePower(bobs.heardWide(), hertz, middle) / 32767 ** 2);
      assert.ok(Math.abs(level - 20 * Math.log10(0.25)) < 1.5, `${hertz} Hz: ${level} dB`);
    }
    assert.deepEqual(
      findTones(bobs.heard(), 8000, [1000, 2500])[0].frequencies,
      [1000],
      'no 5.5 kHz as 2.5 in the narrow view',
    );
    assert.equal(bobs.statistics.packetsLost, 0);
    await anns.press('5#');
    assert.equal(bobs.keys, '5#');
    assert.ok(bobs.statistics.lateness.quantile(0.5) < 20, 'timestamps are read with the clock that they have');
    // Narrow sound is said wide, too.
    const back = anns.hears(toneOver(700));
    await bobs.say(chord([700], 400));
    await back;
  });

test('a narrow call has nothing wide', async t => {
  const { connect } = await twoPhones(t);
  const { anns, bobs } = await connect();
  const heard = bobs.hears(toneOver(1000));
  await anns.say(chord([1000, 5500], 400, { rate: 16_000 }), 16_000);
  await heard;
  assert.equal(bobs.heardWide().length, 0);
});

test('what the other side does not take is not agreed on', async t => {
  const { ann, uri, rings } = await twoPhones(t);
  const ringing = rings();
  const refused = assert.rejects(ann.call(uri, { offer: ['opus'] }), { code: 'SIP_CALL_REFUSED', status: 488 });
  await assert.rejects((await ringing).answer({ codecs: ['G722'] }), { code: 'PHONE_NO_AGREEMENT' });
  await refused;
});
