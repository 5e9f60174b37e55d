import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type CallOptions, openPhone, type Phone } from '@parley/phone';
import type { NewOfKind } from '@parley/schema';
import { CallRefused } from '@parley/sip';
import { Caller } from '../peers/caller.ts';
import { type Mail, mailArrives, mailIn } from '../peers/mailbox.ts';
import { type Server, startServer, testFolder } from '../peers/parley.ts';
import { exchange, rawCancel, rawInvite } from '../peers/raw-sip.ts';
import { seedData } from '../peers/seed.ts';
import { CALLER_TONES, decodeAudio, heardTones, toneSequence } from '../peers/sound.ts';
import { until } from '../peers/until.ts';

const [LOW, MIDDLE, HIGH] = CALLER_TONES;
/** What callers say: 1.5 s. */
const WORDS = toneSequence([LOW, HIGH, MIDDLE]);
const OPENING = ['plays greeting.system', 'plays record.prompt', 'plays record.tone'];
const SENT = ['plays message.sent', 'plays goodbye', 'hangs up'];

/** What is left in the mailbox behind a call. */
interface Left {
  /** Seconds of the message, give or take 0.3. */
  readonly seconds?: number;
  /** Tones of the message, in order; those of WORDS when left out. */
  readonly tones?: readonly number[];
  readonly missed?: true;
  /** Looks at the only mail. */
  readonly check?: (mail: Mail) => void;
}

interface Scene {
  readonly says: string;
  readonly mailbox?: Partial<NewOfKind<'UMMailbox'>>;
  readonly options?: CallOptions;
  readonly act: (caller: Caller) => Promise<void>;
  readonly heard: readonly string[];
  /** What somebody hears whom the machine kept from acting at once. */
  readonly heardWhenLate?: readonly (readonly string[])[];
  readonly left: Left | 'nothing';
}

/** A caller who waits for the tone, speaks and ends with #, and hears the menu. */
async function toMenu(caller: Caller): Promise<void> {
  await caller.hears('record.tone');
  await caller.say(WORDS);
  await caller.press('#');
  await caller.hearsBegin('after.menu');
}

const TO_MENU = [...OPENING, 'hears #', 'plays after.menu'];
const hungUp = 'caller hangs up';
const WORD_TONES = [LOW, HIGH, MIDDLE];

/** Presses a key in the menu and waits for what it brings. */
const thenSends = async (caller: Caller) => {
  await caller.press('1');
  await caller.isHungUp();
};

const scenes: readonly Scene[] = [
  {
    // It takes a minute, the shortest limit there is: the others go on beside it.
    says: 'the longest recording ends with a word about it',
    act: async caller => {
      await caller.hears('record.tone');
      const spoken = caller.say(toneSequence(Array.from({ length: 130 }, () => LOW)));
      await caller.hears('message.maxLength', 70);
      caller.call.hush();
      await spoken;
      await caller.hearsBegin('after.menu');
      await thenSends(caller);
    },
    heard: [...OPENING, 'plays message.maxLength', 'plays after.menu', 'hears 1', ...SENT],
    left: { seconds: 60, tones: Array.from({ length: 120 }, () => LOW) },
  },
  {
    says: 'hanging up leaves the message',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(WORDS);
      await caller.hangUp();
    },
    heard: [...OPENING, hungUp],
    left: { seconds: 1.5 },
  },
  {
    says: '# and 1 send it',
    act: async caller => {
      await toMenu(caller);
      await thenSends(caller);
    },
    heard: [...TO_MENU, 'hears 1', ...SENT],
    left: { seconds: 1.5 },
  },
  {
    says: '2 records again, and the new take counts',
    act: async caller => {
      await toMenu(caller);
      await caller.press('2');
      await caller.hears('record.tone');
      await caller.say(toneSequence([HIGH, HIGH, LOW, LOW]));
      await caller.press('#');
      await caller.hearsBegin('after.menu.short');
      await thenSends(caller);
    },
    heard: [
      ...TO_MENU,
      'hears 2',
      'plays recording.again',
      'plays record.tone',
      'hears #',
      'plays after.menu.short',
      'hears 1',
      ...SENT,
    ],
    left: { seconds: 2, tones: [HIGH, HIGH, LOW, LOW] },
  },
  {
    says: '3 plays it, 4 adds to it, 3 plays both',
    act: async caller => {
      await toMenu(caller);
      await caller.press('3');
      await caller.hears('after.menu.short');
      await caller.press('4');
      await caller.hears('record.tone');
      await caller.say(toneSequence([HIGH, LOW]));
      await caller.press('#');
      await caller.hearsBegin('after.menu.short');
      await caller.press('3');
      await caller.hearsBegin('after.menu.short');
      await thenSends(caller);
    },
    heard: [
      ...TO_MENU,
      'hears 3',
      'plays take',
      'plays after.menu.short',
      'hears 4',
      'plays recording.continue',
      'plays record.tone',
      'hears #',
      'plays after.menu.short',
      'hears 3',
      'plays take',
      'plays after.menu.short',
      'hears 1',
      ...SENT,
    ],
    left: { seconds: 2.5, tones: [...WORD_TONES, HIGH, LOW] },
  },
  {
    says: '5 and 6 mark it urgent and private, 6 again takes it back',
    act: async caller => {
      await toMenu(caller);
      for (const [key, prompt] of [
        ['5', 'marked.urgent'],
        ['6', 'marked.private'],
        ['6', 'unmarked.private'],
      ]) {
        await caller.press(key);
        await caller.hears(prompt);
        await caller.hears('after.menu.short');
      }
      await caller.press('#');
      await caller.isHungUp();
    },
    heard: [
      ...TO_MENU,
      ...['hears 5', 'plays marked.urgent', 'plays after.menu.short'],
      ...['hears 6', 'plays marked.private', 'plays after.menu.short'],
      ...['hears 6', 'plays unmarked.private', 'plays after.menu.short'],
      ...['hears #', ...SENT],
    ],
    left: {
      check: ({ header }) => {
        assert.equal(header('Importance'), 'High');
        assert.equal(header('Sensitivity'), undefined);
      },
    },
  },
  {
    says: '* erases it, which is a missed call',
    act: async caller => {
      await toMenu(caller);
      await caller.press('*');
      await caller.isHungUp();
    },
    heard: [...TO_MENU, 'hears *', 'plays message.erased', 'plays goodbye', 'hangs up'],
    left: { missed: true },
  },
  {
    says: 'silence ends the recording and is cut off it',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(WORDS);
      await caller.hearsBegin('after.menu');
      await thenSends(caller);
    },
    heard: [...OPENING, 'plays after.menu', 'hears 1', ...SENT],
    left: { seconds: 1.7 },
  },
  ...(['greeting.system', 'record.prompt', 'record.tone'] as const).map(
    (prompt, i): Scene => ({
      says: `hanging up during ${prompt} is a missed call`,
      act: async caller => {
        await caller.hearsBegin(prompt);
        await caller.hangUp();
      },
      heard: [...OPENING.slice(0, i + 1), hungUp],
      heardWhenLate: OPENING.slice(i + 1).map((_, further) => [...OPENING.slice(0, i + 2 + further), hungUp]),
      left: { missed: true },
    }),
  ),
  {
    says: 'hanging up after half a second of recording is a missed call',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(toneSequence([LOW]));
      await caller.hangUp();
    },
    heard: [...OPENING, hungUp],
    left: { missed: true },
  },
  {
    says: 'hanging up in the menu sends it',
    act: async caller => {
      await toMenu(caller);
      await caller.hangUp();
    },
    heard: [...TO_MENU, hungUp],
    left: { seconds: 1.5 },
  },
  {
    says: 'three silences in the menu send it and end politely',
    act: async caller => {
      await toMenu(caller);
      await caller.isHungUp();
    },
    heard: [...TO_MENU, ...['plays menu.silent', 'plays after.menu', 'plays menu.silent', 'plays after.menu'], ...SENT],
    left: { seconds: 1.5 },
  },
  {
    // By INFO they come within a millisecond; an RFC 4733 key takes as long as half a prompt.
    says: 'of keys typed ahead not even the answers are said',
    act: async caller => {
      await toMenu(caller);
      await Promise.all(['5', '1'].map(key => caller.call.info('application/dtmf', key)));
      await caller.isHungUp();
    },
    heard: [...TO_MENU, ...SENT],
    left: { check: ({ header }) => assert.equal(header('X-Priority'), '1') },
  },
  {
    says: 'a wrong key is said to be wrong',
    act: async caller => {
      await toMenu(caller);
      await caller.press('0');
      await caller.hears('menu.invalid');
      await caller.hears('after.menu');
      await thenSends(caller);
    },
    heard: [...TO_MENU, 'hears 0', 'plays menu.invalid', 'plays after.menu', 'hears 1', ...SENT],
    left: { seconds: 1.5 },
  },
  {
    says: 'a key in the greeting leads to the tone',
    act: async caller => {
      await caller.hearsBegin('greeting.system');
      await caller.press('#');
      await caller.hears('record.tone');
      await caller.say(WORDS);
      await caller.hangUp();
    },
    heard: ['plays greeting.system', 'hears #', 'plays record.tone', hungUp],
    heardWhenLate: [['plays greeting.system', 'plays record.prompt', 'hears #', 'plays record.tone', hungUp]],
    left: { seconds: 1.5 },
  },
  {
    says: 'keys by SIP INFO work too',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(WORDS);
      assert.equal(await caller.call.info('application/dtmf-relay', 'Signal=#\r\nDuration=160\r\n'), 200);
      await caller.hearsBegin('after.menu');
      await thenSends(caller);
    },
    heard: [...OPENING, 'plays after.menu', 'hears 1', ...SENT],
    left: {},
  },
  {
    says: 'hold in the recording lasts longer than any silence may, and is part of its length',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(toneSequence([LOW, HIGH]));
      await caller.call.hold();
      // Longer than RecordingIdleTimeout; what is said on hold is music to us.
      await caller.say(toneSequence([MIDDLE, MIDDLE, MIDDLE, MIDDLE, MIDDLE, MIDDLE]));
      await caller.call.unhold();
      await caller.say(toneSequence([MIDDLE]));
      await caller.press('#');
      await caller.hearsBegin('after.menu');
      await thenSends(caller);
    },
    heard: [...TO_MENU, 'hears 1', ...SENT],
    left: { seconds: 4.5 },
  },
  {
    says: 'media that move to other ports go on there',
    act: async caller => {
      await caller.hears('record.tone');
      await caller.say(toneSequence([LOW, HIGH]));
      await caller.call.move();
      await caller.say(toneSequence([MIDDLE]));
      await caller.press('#');
      await caller.hearsBegin('after.menu');
      await thenSends(caller);
    },
    heard: [...TO_MENU, 'hears 1', ...SENT],
    left: { seconds: 1.5 },
  },
  {
    says: 'a mailbox that is disabled says so and takes nothing',
    mailbox: { umEnabled: false },
    act: caller => caller.isHungUp(),
    heard: ['plays mailbox.unavailable', 'plays goodbye', 'hangs up'],
    left: 'nothing',
  },
  {
    says: 'an anonymous caller is turned away where the mailbox says so, and missed',
    mailbox: { anonymousCallersCanLeaveMessages: false },
    options: { from: '"Anonymous" <sip:anonymous@anonymous.invalid>' },
    act: caller => caller.isHungUp(),
    heard: ['plays anonymous.refused', 'plays goodbye', 'hangs up'],
    left: { missed: true, check: ({ email }) => assert.match(email.subject ?? '', /Anonymous/i) },
  },
  {
    says: 'a French mailbox gets its message in French',
    mailbox: { language: 'fr-FR', timeZone: 'Europe/Paris' },
    act: async caller => {
      await toMenu(caller);
      await thenSends(caller);
    },
    heard: [...TO_MENU, 'hears 1', ...SENT],
    left: {
      check: ({ email }) => {
        assert.equal(email.subject, 'Message vocal de Bob Jones (2 secondes)');
        assert.match(email.text ?? '', /Vous avez reçu un message vocal de Bob Jones\./);
        assert.match(email.text ?? '', /^Durée: 2\s+secondes$/mu);
      },
    },
  },
];

const EXTENSION = (i: number) => String(2001 + i);
/** Mailboxes of what is tried without a scene. */
const OTHERS = { cancelled: '1001', elsewhere: '1002', noCodec: '1003' } as const;

suite('call answering over SIP and RTP, heard in the test language', { concurrency: 8 }, () => {
  let server: Server;
  let phone: Phone;
  const clean: (() => unknown)[] = [];
  const house = { after: (work: () => unknown) => clean.push(work) };
  const folderOf = (name: string) => join(server.data, 'mail/parley.test', name);

  before(async () => {
    const data = join(testFolder(house), 'data');
    await seedData(data, {
      dialPlan: { audioCodec: 'G711', recordingIdleTimeout: 2, minRecordingDuration: 1, maxRecordingDuration: 1 },
      gateway: { address: ['127.0.0.1'] },
      mailboxes: Object.fromEntries(scenes.map(({ mailbox = {} }, i) => [EXTENSION(i), mailbox])),
    });
    server = await startServer(house, { data });
    phone = await openPhone();
  });
  after(async () => {
    await phone.close();
    await server.child.stop();
    for (const work of clean.reverse()) await work();
  });

  for (const [i, { says, act, heard, heardWhenLate = [], left, options }] of scenes.entries())
    test(says, { timeout: 90_000 }, async () => {
      const caller = await Caller.calls(phone, server.udp, EXTENSION(i), options);
      try {
        await act(caller);
      } finally {
        await caller.call.hangUp();
      }
      const transcript = caller.transcript();
      assert.deepEqual(transcript, heardWhenLate.find(late => isDeepStrictEqual(late, transcript)) ?? heard);
      await overCall(caller.call.callId);
      if (left === 'nothing') assert.deepEqual(mailIn(folderOf(`m${EXTENSION(i)}`)), []);
      else await isLeft(folderOf(`m${EXTENSION(i)}`), left);
    });

  test('CANCEL before the answer is a missed call', async () => {
    const call = { number: OTHERS.cancelled, callId: 'cancelled' };
    // Both in one segment: the CANCEL is there before any media can be.
    const text = await exchange(server.tcp, rawInvite(call) + rawCancel(call), text => text.includes(' 487 '));
    assert.match(text, /SIP\/2\.0 200[\s\S]*CSeq: 1 CANCEL/);
    await isLeft(folderOf('ann'), { missed: true });
  });

  test('CANCEL because somebody else answered is none', async () => {
    const call = { number: OTHERS.elsewhere, callId: 'elsewhere' };
    const cancel = rawCancel(call, 'SIP;cause=200;text="Call completed elsewhere"');
    await exchange(server.tcp, rawInvite(call) + cancel, text => text.includes(' 487 '));
    await server.child.prints(/"call":"elsewhere","notice":false,"because":"answered elsewhere"/);
    await overCall('elsewhere');
    assert.deepEqual(mailIn(folderOf('bob')), []);
  });

  test('a number without a mailbox is refused with 404', async () => {
    await refusedWith(404, phone.call(`sip:9999@${server.udp}`));
  });

  test('whoever is no gateway is refused with 403', async () => {
    const stranger = await openPhone({ address: '127.0.0.9' });
    try {
      await refusedWith(403, stranger.call(`sip:1001@${server.udp}`));
    } finally {
      await stranger.close();
    }
  });

  test('an offer of G.729 only is refused with 488, and a Warning that names our codecs', async () => {
    const offer = ({ address, port }: { address: string; port: number }) =>
      `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n`;
    const refused = await refusedWith(488, phone.call(`sip:${OTHERS.noCodec}@${server.udp}`, { offer }));
    const warning = refused.headers.find(([name]) => name.toLowerCase() === 'warning')?.[1];
    assert.match(warning ?? '', /^30\d .*PCMU.*PCMA/);
    await until('the record of that call', () =>
      /session description not acceptable/.test(server.child.output()) ? true : undefined,
    );
    assert.deepEqual(mailIn(folderOf('carol')), []);
  });

  function overCall(callId: string): Promise<unknown> {
    return server.child.prints(new RegExp(`"call":"${callId}"[^\\n]*"msg":"call over"`));
  }
});

async function refusedWith(status: number, call: Promise<unknown>): Promise<CallRefused> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    assert.equal(error.status, status);
    return error;
  }
  throw new Error(`the call was answered instead of refused with ${status}`);
}

/** The mailbox holds exactly what the call should have left. */
async function isLeft(folder: string, { seconds, tones = WORD_TONES, missed, check }: Left): Promise<void> {
  const [mail] = await mailArrives(folder);
  assert.equal(mail.kind, missed ? 'missedcall' : 'voice-ca');
  assert.equal(mail.header('X-Parley-Interrupted'), undefined);
  check?.(mail);
  if (missed) return assert.equal(mail.email.attachments.length, 0);
  const [{ mimeType, content }] = mail.email.attachments;
  assert.notEqual(typeof content, 'string');
  const samples = await decodeAudio(mimeType, new Uint8Array(content as ArrayBuffer));
  assert.deepEqual(
    heardTones(samples).flatMap(tone => tone.frequencies),
    tones,
  );
  if (seconds === undefined) return;
  const actual = samples.length / 8000;
  assert.ok(Math.abs(actual - seconds) < 0.3 + seconds * 0.02, `the message has ${actual} s instead of ${seconds}`);
}
