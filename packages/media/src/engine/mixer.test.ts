import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Feed } from './feed.ts';
import { Mixer } from './mixer.ts';

test('quiet is who plays nothing and hears nobody', () => {
  const alone = { playing: false, fill: () => 0 };
  const over = { playing: false, fill: () => 0 };
  const mixer = new Mixer({ alone, over });
  assert.equal(mixer.quiet, true);
  for (const voice of [alone, over]) {
    voice.playing = true;
    assert.equal(mixer.quiet, false);
    voice.playing = false;
  }
  const feed = new Feed('PCMU');
  mixer.join(feed);
  assert.equal(mixer.quiet, false, 'he may say something at any time, and his time goes by');
  mixer.leave(feed);
  assert.equal(mixer.quiet, true);
});
