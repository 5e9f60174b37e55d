import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog, systemClock } from '@parley/base';
import { nodeDisk, Spool } from '../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'parley-kill-'));
after(() => rmSync(root, { recursive: true }));

/** Takes messages for ever and says what it has confirmed: "sent <id>", "erased <id>", "gone <id>". */
const SERVER = `
import { silentLog, systemClock as clock, ulid } from '@parley/base';
import { nodeDisk as disk, Spool } from '@parley/spool';
import { SpoolWriter } from '@parley/spool/writer';
const [folder] = process.argv.slice(1);
const spool = await Spool.open({ disk, folder, node: 'n', clock, log: silentLog });
const limits = { segmentBytes: 200_000 };
const writer = new SpoolWriter({ disk, folder, node: 'n', worker: 'w' + process.pid, clock, log: silentLog, limits, onEvent: event => spool.heard(event) });
const say = text => process.stdout.write(text + '\\n');
async function caller(number) {
  for (let turn = 0; ; turn++) {
    const draft = ulid(clock.wall());
    await writer.begin(draft, { messageId: draft + '@x', minimumMillis: 100 });
    writer.take(draft, 1, 'replace');
    const sink = writer.open({ draft, take: 1 }, 'PCMU', error => { throw error; });
    for (let i = 0; i < 100; i++) sink.audio(new Uint8Array(160).fill(i), 0, 160, true);
    sink.end(2000);
    if ((number + turn) % 3 === 0) { await writer.discard(draft); say('erased ' + draft); continue; }
    await writer.accept(draft);
    say('sent ' + draft);
    if ((number + turn) % 3 === 1) { say('going ' + draft); await spool.delivered(draft); say('gone ' + draft); }
  }
}
await Promise.all([0, 1, 2, 3, 4].map(caller));
`;

test('kill -9 between two lines of what was confirmed: all of it is kept', async () => {
  const folder = join(root, 'spool', 'n');
  const said: string[] = [];
  for (const lines of [1, 17, 60, 121]) {
    const server = spawn(process.execPath, ['--input-type=module', '--eval', SERVER, folder], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    let enough = false;
    server.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk;
      if (!enough && text.split('\n').length > lines) {
        enough = true;
        server.kill('SIGKILL');
      }
    });
    await once(server, 'close');
    said.push(...text.slice(0, text.lastIndexOf('\n')).split('\n'));
  }
  const ids = (what: string) =>
    new Set(said.filter(line => line.startsWith(`${what} `)).map(line => line.split(' ')[1]));
  const spool = await Spool.open({ disk: nodeDisk, folder, node: 'n', clock: systemClock, log: silentLog });
  const found = new Map(spool.list().map(item => [item.id, item]));
  for (const id of ids('erased')) assert.ok(!found.has(id), `${id} was erased`);
  for (const id of ids('gone')) assert.ok(!found.has(id), `${id} was delivered`);
  for (const id of ids('sent')) {
    if (ids('going').has(id)) continue;
    assert.equal(found.get(id)?.millis, 2000);
    assert.equal(found.get(id)?.interrupted, false);
    let bytes = 0;
    for await (const piece of spool.audio(id)) bytes += piece.kind === 'audio' ? piece.bytes.length : 0;
    assert.equal(bytes, 16_000);
  }
  assert.ok(ids('sent').size > 50);
  await spool.close();
});
