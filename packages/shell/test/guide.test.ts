import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Organisations } from './fresh-organisation.ts';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../docs/guides/shell.md'), 'utf8');

test('the scripts of the guide run, one after the other', async () => {
  const scripts = [...GUIDE.matchAll(/^```powershell\n([\s\S]*?)^```$/gm)].map(match => match[1] ?? '');
  assert.ok(scripts.length >= 3);
  await using organisations = await Organisations.start();
  const shell = await organisations.fresh();
  for (const script of scripts) {
    const { code, err } = await shell.type(script);
    assert.equal(code, 0, err);
  }
  assert.equal((await shell.type('Get-Content report.csv -Raw')).out.trim().split('\n').length, 4);
});

test('the mistake of the guide is told as it says', async () => {
  const shown = /^```text\n([\s\S]*?)^```$/m.exec(GUIDE)?.[1] ?? '';
  await using organisations = await Organisations.start();
  const { code, err } = await (await organisations.fresh()).type((shown.split('\n')[1] ?? '').trim());
  assert.equal(code, 2);
  assert.equal(err, shown);
});
