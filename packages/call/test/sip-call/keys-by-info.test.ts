import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deferred, defer, memoryLog } from '@parley/base';
import { settle } from '@parley/base/fake-clock';
import { exchangeKeys } from '../../src/sip-call/keys-by-info.ts';
import type { Line } from '../../src/sip-call/line.ts';
import { FakeDialog } from './fake-invitation.ts';
import { FakeMedia } from './fake-media.ts';

/** A far end that takes its time for every INFO. */
class SlowDialog extends FakeDialog {
  readonly open: Deferred<number>[] = [];

  override async info(body: Parameters<FakeDialog['info']>[0]): Promise<number> {
    await super.info(body);
    const answer = defer<number>();
    this.open.push(answer);
    return answer.promise;
  }
}

function scene() {
  const sent: string[] = [];
  const over = new AbortController();
  const dialog = new SlowDialog(over, sent);
  const lineOf = (media: FakeMedia, end: FakeDialog): Line => ({
    id: '',
    signal: over.signal,
    media,
    dialog: end,
    sendKeys: to => media.onKey(key => to?.(key)),
    farewell: '',
    end: async () => undefined,
  });
  const log = memoryLog();
  const media = new FakeMedia();
  const slow = lineOf(new FakeMedia(), dialog);
  const stop = exchangeKeys(lineOf(media, new FakeDialog(over, [])), slow, log);
  return { media, dialog, sent, over, log, stop };
}

test('a key waits for the answer to the one before, however that was', async () => {
  const { media, dialog, sent, log } = scene();
  for (const key of '123') media.key(key);
  await settle();
  assert.deepEqual(sent, ['INFO Signal=1']);
  dialog.open[0].resolve(200);
  await settle();
  assert.deepEqual(sent, ['INFO Signal=1', 'INFO Signal=2']);
  dialog.open[1].reject(new Error('gone'));
  await settle();
  dialog.open[2].resolve(415);
  await settle();
  assert.equal(sent.at(-1), 'INFO Signal=3');
  assert.deepEqual(
    log.lines.map(({ fields }) => fields.error ?? fields.status),
    ['gone', 415],
  );
});

test('keys that nobody answers do not pile up, and none is sent after the end', async () => {
  const { media, dialog, sent, over, stop } = scene();
  for (let press = 0; press < 100; press += 1) media.key('5');
  await settle();
  assert.equal(sent.length, 1);
  for (let answer = 0; dialog.open[answer]; answer += 1) {
    dialog.open[answer].resolve(200);
    await settle();
  }
  assert.equal(sent.length, 32);
  media.key('6');
  media.key('7');
  await settle();
  over.abort();
  dialog.open[32].resolve(200);
  await settle();
  assert.deepEqual(sent.slice(32), ['INFO Signal=6']);
  stop();
});
