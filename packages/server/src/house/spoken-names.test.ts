import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog } from '@parley/base';
import { FakeClock, settle } from '@parley/base/fake-clock';
import { ANY_ETAG, firstStart } from '@parley/directory';
import { memoryObjects } from '@parley/directory/memory';
import { withSpokenNames } from './spoken-names.ts';

const SYSTEM = { who: 'system' };

async function house(fails = false) {
  const clock = new FakeClock();
  const kept = memoryObjects({ clock, languages: ['en-US', 'fr-FR'] });
  await firstStart(kept, { clock, timeZone: 'UTC' });
  const asked: string[] = [];
  const log = memoryLog();
  const spoken = Promise.withResolvers<void>();
  const prompts = {
    prepareName: async (name: string, language: string) => {
      asked.push(`${name} in ${language}`);
      spoken.resolve();
      if (fails) throw new Error('the voice is gone');
      return true;
    },
    ready: async (languages: readonly string[]) => {
      asked.push(`prompts in ${languages.join()}`);
      if (fails) throw new Error('the voice is gone');
    },
  };
  return { objects: withSpokenNames(kept, { prompts, log }), asked, log, spoken: spoken.promise };
}

test('a name is spoken when its mailbox is saved, in the language that greets', async () => {
  const { objects, asked, spoken } = await house();
  await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Ann Smith' } }, SYSTEM);
  await spoken;
  assert.deepEqual(asked, ['Ann Smith in en-US']);
});

test('a dial plan that gets another language has its prompts rendered before a caller waits for them', async () => {
  const { objects, asked } = await house();
  await objects.change('UMDialPlan', 'Main', { etag: ANY_ETAG, patch: { defaultLanguage: 'fr-FR' } }, SYSTEM);
  await settle();
  assert.equal(asked[0], 'prompts in fr-FR');
});

test('a voice that fails costs no change', async () => {
  const { objects, log, spoken } = await house(true);
  await objects.change('UMDialPlan', 'Main', { etag: ANY_ETAG, patch: { defaultLanguage: 'fr-FR' } }, SYSTEM);
  await objects.change('UMMailbox', 'ann', { etag: ANY_ETAG, patch: { displayName: 'Ann Smith' } }, SYSTEM);
  await spoken;
  await settle();
  assert.deepEqual(
    log.lines.map(line => line.level),
    ['warn', 'warn'],
  );
});
