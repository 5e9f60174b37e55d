import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPhone, type Phone } from '@parley/phone';
import { CallRefused } from '@parley/sip';
import { Caller } from '../peers/caller.ts';
import { mailArrives, mailIn } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { ping } from '../peers/raw-sip.ts';
import { seedData } from '../peers/seed.ts';
import { toneSequence } from '../peers/sound.ts';
import { type SmallDisk, smallDisk } from '../peers/tmpfs.ts';
import { until } from '../peers/until.ts';

const WORDS = toneSequence([400, 1050, 550]);

interface House {
  readonly server: Server;
  readonly disk: SmallDisk;
  readonly phone: Phone;
  readonly mail: string;
}

/** A server whose spool is on a disk of its own, 8 MiB, of which 1 MiB is kept in reserve. */
async function house(t: TestContext): Promise<House | undefined> {
  const folder = testFolder(t);
  const disk = smallDisk(t, 8);
  if (!disk) return undefined;
  const data = join(folder, 'data');
  await seedData(data, { dialPlan: { audioCodec: 'G711', minRecordingDuration: 1 } });
  const server = await startServer(t, { data, config: { spool: { folder: join(disk.path, 'spool'), reserveMiB: 1 } } });
  const phone = await openPhone();
  t.after(() => phone.close());
  return { server, disk, phone, mail: join(data, 'mail/parley.test/ann') };
}

/** A whole call that leaves a message. */
async function leaveMessage(phone: Phone, server: Server): Promise<void> {
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  await caller.say(WORDS);
  await caller.press('#');
  await caller.hearsBegin('after.menu');
  await caller.press('1');
  await caller.hears('message.sent');
  await caller.isHungUp();
}

test('a disk that is full before the call: 503 to calls and OPTIONS, and calls again when there is room', {
  timeout: 60_000,
}, async t => {
  const at = await house(t);
  if (!at) return;
  const { server, disk, phone, mail } = at;
  assert.equal((await ping(server.tcp)).status, 200);
  disk.fill();
  await until('OPTIONS to say 503', async () => ((await ping(server.tcp)).status === 503 ? true : undefined));
  await assert.rejects(phone.call(`sip:1001@${server.udp}`), (error: unknown) => {
    assert.ok(error instanceof CallRefused);
    assert.equal(error.status, 503);
    assert.ok(error.headers.some(([name]) => name === 'Retry-After'));
    return true;
  });
  assert.equal((await fetch(`${server.health}/ready`)).status, 503);
  assert.equal((await fetch(`${server.health}/live`)).status, 200);
  const { output } = await server.run('status');
  assert.match(output, /^ready +: false$\n(?:.*\n)*?notReady +: the spool cannot take recordings/m);
  disk.free();
  await until('OPTIONS to say 200', async () => ((await ping(server.tcp)).status === 200 ? true : undefined));
  await leaveMessage(phone, server);
  await mailArrives(mail);
});

test('a disk that fills during the recording: the caller is told, nothing is confirmed, the next call works', {
  timeout: 60_000,
}, async t => {
  const at = await house(t);
  if (!at) return;
  const { server, disk, phone, mail } = at;
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  const spoken = caller.say(WORDS);
  disk.fill();
  await caller.hears('message.notSaved');
  await caller.isHungUp();
  await spoken;
  const transcript = caller.transcript();
  assert.ok(!transcript.includes('plays message.sent'), transcript.join('\n'));
  assert.deepEqual(transcript.slice(-3), ['plays message.notSaved', 'plays goodbye', 'hangs up']);
  assert.equal((await ping(server.tcp)).status, 503);

  disk.free();
  await until('OPTIONS to say 200', async () => ((await ping(server.tcp)).status === 200 ? true : undefined));
  await leaveMessage(phone, server);
  const id = caller.call.callId;
  await until('the message of the second call', () =>
    mailIn(mail).some(raw => isVoice(raw, id) === 'another') ? true : undefined,
  );
  // What the disk had taken before it was full may arrive as an interrupted message; never as a whole one.
  for (const raw of mailIn(mail)) if (isVoice(raw, id) === 'this') assert.ok(isInterrupted(raw));
});

function isInterrupted(raw: Buffer): boolean {
  return /^X-Parley-Interrupted: yes/m.test(raw.toString('latin1'));
}

function isVoice(raw: Buffer, callId: string): 'this' | 'another' | 'no' {
  const text = raw.toString('latin1');
  if (!/^Content-Class: voice-ca/m.test(text)) return 'no';
  return text.includes(callId) ? 'this' : 'another';
}

test('a disk that fills in the menu: what the caller is told is true', { timeout: 60_000 }, async t => {
  const at = await house(t);
  if (!at) return;
  const { server, disk, phone, mail } = at;
  const caller = await Caller.calls(phone, server.udp, '1001');
  await caller.press('#');
  await caller.hears('record.tone');
  await caller.say(WORDS);
  await caller.press('#');
  await caller.hears('after.menu');
  disk.fill();
  await caller.press('1');
  await caller.isHungUp();
  const transcript = caller.transcript();
  // The few bytes that accept a message may still fit into the last page that the file has.
  const isSent = transcript.includes('plays message.sent');
  assert.notEqual(transcript.includes('plays message.notSaved'), isSent, transcript.join('\n'));
  assert.deepEqual(transcript.slice(-2), ['plays goodbye', 'hangs up']);
  disk.free();
  const isThere = () => mailIn(mail).some(raw => isVoice(raw, caller.call.callId) === 'this' && !isInterrupted(raw));
  if (isSent) await until('the message that was confirmed', () => isThere() || undefined);
  await until('OPTIONS to say 200', async () => ((await ping(server.tcp)).status === 200 ? true : undefined));
  await leaveMessage(phone, server);
  assert.equal(isThere(), isSent);
});
