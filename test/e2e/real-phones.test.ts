import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { strictCheck } from '@parley/mail';
import { startBaresip } from '../peers/baresip.ts';
import { heardPrompts } from '../peers/caller.ts';
import { type FetchedMessage, fetchMessages, mailUser, startDovecot } from '../peers/dovecot.ts';
import { startLinphone } from '../peers/linphone.ts';
import { type Mail, mailArrives, parseMail } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { programs } from '../peers/programs.ts';
import { seedData } from '../peers/seed.ts';
import { leaveMessage, runSipp } from '../peers/sipp.ts';
import { CALLER_TONES, decodeAudio, heardTones, toneSequence, writeMuLawFile, writeWavFile } from '../peers/sound.ts';

/** What every caller says: five tones of 400 ms, 500 ms apart. */
const SAID = [CALLER_TONES[0], CALLER_TONES[2], CALLER_TONES[1], CALLER_TONES[4], CALLER_TONES[3]];
const STEP_MILLIS = 500;
const TONES_MILLIS = 5 * STEP_MILLIS - 100;
/** greeting.system, value.name, record.prompt and record.tone in the test language: 320 ms each, from the ACK on. */
const GREETING_MILLIS = 4 * 320;
/** Silence in front of the tones, longer than the greeting: these callers cannot hear the record tone. */
const MARGIN_MILLIS = 2600;
/** The whole of what callers send: it goes on behind the tones, so that the call's end is the recording's. */
const FILE = padded(toneSequence(SAID), MARGIN_MILLIS, 1500);

/** "Within 2 % and 200 ms" of what the caller sent. */
function isAbout(actual: number, sent: number, what: string): void {
  const bound = sent * 0.02 + 200;
  assert.ok(Math.abs(actual - sent) <= bound, `${what}: ${actual} ms instead of ${sent} ± ${Math.round(bound)} ms`);
}

interface House {
  readonly server: Server;
  readonly mail: string;
  readonly folder: string;
}

/** A server that speaks the test language and gives its mail to a user whom Dovecot serves. */
async function house(
  t: TestContext,
  { audioCodec = 'Mp3', rtp = '127.0.0.1' }: { audioCodec?: 'Mp3' | 'G711' | 'Pcm'; rtp?: string } = {},
): Promise<House> {
  const folder = testFolder(t);
  const data = join(folder, 'data');
  const mail = join(folder, 'mail');
  await seedData(data, { dialPlan: { audioCodec }, gateway: { address: ['127.0.0.0/8'] } });
  const { uid, gid } = mailUser();
  const owner = process.getuid?.() === 0 ? { owner: `${uid}:${gid}` } : {};
  const config = {
    sip: { listen: ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0'] },
    rtp: { address: rtp },
    maildir: { root: mail, mode: '0600', ...owner },
  };
  const server = await startServer(t, { data, config });
  return { server, mail, folder };
}

/** Fetches Ann's only message over IMAP and checks all that can be checked without knowing the caller. */
async function fetchFromDovecot(t: TestContext, { mail, folder }: House, dovecot: string): Promise<Mail> {
  await mailArrives(join(mail, 'parley.test/ann'));
  const { port } = await startDovecot(t, { program: dovecot, mail, folder: join(folder, 'dovecot') });
  const messages = await fetchMessages(port, 'ann@parley.test');
  assert.equal(messages.length, 1);
  const [{ raw }] = messages;
  assert.deepEqual(strictCheck(raw), [], raw.toString('latin1').slice(0, 2000));
  const parsed = await parseMail(raw);
  parsersAgree(messages[0], parsed);
  return parsed;
}

/** BODYSTRUCTURE as imapflow hands it out. */
interface Part {
  readonly type: string;
  readonly encoding?: string;
  readonly size?: number;
  readonly dispositionParameters?: Readonly<Record<string, string>>;
  readonly childNodes?: readonly Part[];
}

/** Dovecot's parser and postal-mime see the same parts: alternative texts, and the sound with its name and size. */
function parsersAgree({ structure }: FetchedMessage, { email }: Mail): void {
  const root = structure as Part;
  assert.equal(root.type, 'multipart/mixed');
  const [texts, sound] = root.childNodes ?? [];
  assert.equal(texts.type, 'multipart/alternative');
  assert.deepEqual(
    texts.childNodes?.map(part => part.type),
    ['text/plain', 'text/html'],
  );
  assert.ok(email.text && email.html);
  assert.equal(email.attachments.length, 1);
  const [attachment] = email.attachments;
  assert.equal(sound.type, attachment.mimeType);
  assert.equal(sound.dispositionParameters?.filename, attachment.filename);
  assert.equal(sound.encoding, 'base64');
  // Dovecot counts the octets as they are transferred: 4 for 3, in lines of 76 and CRLF.
  const coded = 4 * Math.ceil(bytesOf(attachment.content).length / 3);
  assert.ok(Math.abs((sound.size ?? 0) - (coded + 2 * Math.ceil(coded / 76))) <= 2, `size ${sound.size}`);
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  assert.notEqual(typeof content, 'string');
  return typeof content === 'string' ? new Uint8Array() : new Uint8Array(content);
}

interface Expected {
  readonly type: 'audio/mpeg' | 'audio/wav' | 'audio/x-wav';
  readonly caller: string;
  /** Length of the recording, as far as the caller's program lets us know. */
  readonly millis: { readonly from: number; readonly to: number };
}

/** The sound is what the caller said: the right tones in the right order, each as long as it was and where it was. */
async function soundIs({ email, header }: Mail, expected: Expected): Promise<void> {
  const [attachment] = email.attachments;
  assert.equal(attachment.mimeType, expected.type);
  assert.match(email.subject ?? '', new RegExp(expected.caller));
  assert.equal(email.from?.name, expected.caller);
  assert.equal(header('Auto-Submitted'), 'auto-generated');
  const samples = await decodeAudio(attachment.mimeType, bytesOf(attachment.content));
  const tones = heardTones(samples, 100);
  assert.deepEqual(
    tones.flatMap(tone => tone.frequencies),
    SAID,
  );
  for (const [i, tone] of tones.entries()) {
    isAbout(tone.endMillis - tone.startMillis, 400, `tone ${i + 1}`);
    isAbout(tone.startMillis - tones[0].startMillis, i * STEP_MILLIS, `start of tone ${i + 1}`);
  }
  isAbout(tones[4].endMillis - tones[0].startMillis, TONES_MILLIS, 'all tones');
  const millis = samples.length / 8;
  const { from, to } = expected.millis;
  assert.ok(millis >= from && millis <= to, `the recording has ${millis} ms instead of ${from} to ${to}`);
  const told = Number(header('X-VoiceMessageDuration'));
  assert.ok(Math.abs(told - millis / 1000) <= 0.55, `X-VoiceMessageDuration is ${told} for ${millis} ms`);
}

/** A length that is known, with the bound of the issue around it. */
const about = (millis: number) => ({ from: millis - millis * 0.02 - 200, to: millis + millis * 0.02 + 200 });

for (const [transport, codec, type] of [
  ['udp', 'Mp3', 'audio/mpeg'],
  ['tcp', 'G711', 'audio/wav'],
] as const)
  test(`SIPp over ${transport} leaves a message, kept as ${codec}, that Dovecot serves`, {
    timeout: 60_000,
  }, async t => {
    const found = programs(t, 'sipp', 'dovecot');
    if (!found) return;
    const at = await house(t, { audioCodec: codec });
    const audio = join(at.folder, 'say.ulaw');
    writeMuLawFile(audio, FILE);
    const speakMillis = MARGIN_MILLIS + 5 * STEP_MILLIS + 300;
    const call = await runSipp(t, {
      program: found.sipp,
      folder: join(at.folder, 'sipp'),
      target: at.server[transport],
      number: '1001',
      transport,
      scenario: leaveMessage({ audio, greetingMillis: 0, speakMillis }),
    });
    assert.equal(call.code, 0, call.output);
    const mail = await fetchFromDovecot(t, at, found.dovecot);
    // From the ACK to the BYE the scenario takes this long; the recording begins when the record tone is over.
    await soundIs(mail, { type, caller: 'Carol Jones', millis: about(speakMillis - GREETING_MILLIS) });
    assert.equal(mail.header('X-CallingTelephoneNumber'), '+15550100');
  });

test('baresip leaves a message, kept as PCM, that Dovecot serves', { timeout: 60_000 }, async t => {
  const found = programs(t, 'baresip', 'dovecot');
  if (!found) return;
  const at = await house(t, { audioCodec: 'Pcm' });
  const phone = await startBaresip(t, {
    program: found.baresip,
    folder: join(at.folder, 'baresip'),
    say: () => FILE,
    target: `sip:1001@${at.server.udp}`,
  });
  await at.server.child.prints(/"msg":"call came"/);
  const mail = await fetchFromDovecot(t, at, found.dovecot);
  await phone.child.stop();
  // baresip plays its file from the answer to the end and then hangs up, soon: the file less the greeting, and at most a second more.
  const { from } = about(FILE.length / 8 - GREETING_MILLIS);
  await soundIs(mail, { type: 'audio/wav', caller: 'Alice Baresip', millis: { from, to: from + 1500 } });
});

for (const rtp of ['127.0.0.1', '0.0.0.0'])
  test(`linphonec, media bound to ${rtp}, leaves a message that Dovecot serves`, { timeout: 60_000 }, async t => {
    const found = programs(t, 'linphonec', 'dovecot');
    if (!found) return;
    // It calls 127.0.0.1, and still writes the machine's other address into SDP, when there is one.
    const at = await house(t, { rtp });
    const wav = join(at.folder, 'say.wav');
    const heard = join(at.folder, 'heard.wav');
    writeWavFile(wav, FILE);
    const phone = await startLinphone(t, {
      program: found.linphonec,
      folder: join(at.folder, 'linphone'),
      wav,
      heard,
    });
    phone.type(`call sip:1001@${at.server.udp}`);
    await phone.child.prints(/Call answered|connected/i);
    const connectedAt = performance.now();
    await pause(MARGIN_MILLIS + 5 * STEP_MILLIS + 300);
    phone.type('terminate');
    const lasted = performance.now() - connectedAt;
    const mail = await fetchFromDovecot(t, at, found.dovecot);
    phone.type('quit');
    await phone.child.ended;
    // linphonec tells when it was connected and obeys when told to hang up, both some 100 ms late.
    const { from, to } = about(lasted - GREETING_MILLIS);
    await soundIs(mail, { type: 'audio/mpeg', caller: 'Bob Linphone', millis: { from: from - 300, to: to + 300 } });
    const prompts = heardPrompts(await decodeAudio('audio/wav', readFileSync(heard))).map(({ item }) => item);
    assert.ok(prompts.includes('record.prompt'), `heard: ${prompts}`);
    assert.doesNotMatch(at.server.child.output(), /the caller is not heard/);
  });

/** Silence of so many milliseconds in front and behind. */
function padded(samples: Int16Array, before: number, after: number): Int16Array {
  const longer = new Int16Array(samples.length + (before + after) * 8);
  longer.set(samples, before * 8);
  return longer;
}
