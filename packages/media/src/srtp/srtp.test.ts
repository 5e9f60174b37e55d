import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Bug, seeded } from '@parley/base';
import fc from 'fast-check';
import { sessionKeys } from './key-derivation.ts';
import { estimateIndex } from './packet-index.ts';
import { REPLAY_WINDOW, ReplayWindow } from './replay-window.ts';
import { MOST_SOURCES } from './sources.ts';
import { SrtpLink } from './srtp-link.ts';
import { REJECTED, REPLAYED, SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import { isSrtpSuite, SRTCP_ROOM, SRTP_ROOM, type SrtpKey, type SrtpSuite, SUITES } from './suites.ts';

const SEED = 20_261_302;
const ALL = Object.keys(SUITES).filter(isSrtpSuite);
const CM: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

function master(suite: SrtpSuite, filled = 1): SrtpKey {
  return {
    key: new Uint8Array(SUITES[suite].key).fill(filled),
    salt: new Uint8Array(SUITES[suite].salt).fill(filled + 1),
  };
}

/** An RTP packet with room behind it. */
function rtp(sequence: number, { ssrc = 0x1234, payload = 160 } = {}): Buffer {
  const bytes = Buffer.alloc(12 + payload + SRTP_ROOM, 0x55);
  bytes[0] = 0x80;
  bytes[1] = 0;
  bytes.writeUInt16BE(sequence & 0xffff, 2);
  bytes.writeUInt32BE((sequence * 160) >>> 0, 4);
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
}

function sealed(sender: SrtpSender, sequence: number, options: { ssrc?: number; payload?: number } = {}): Buffer {
  const bytes = rtp(sequence, options);
  return bytes.subarray(0, sender.rtp(bytes, bytes.length - SRTP_ROOM));
}

function report(sender: SrtpSender, ssrc = 0x1234): Buffer {
  const bytes = Buffer.alloc(32 + SRTCP_ROOM, 0x66);
  bytes.set([0x80, 201, 0, 7]);
  bytes.writeUInt32BE(ssrc, 4);
  return bytes.subarray(0, sender.rtcp(bytes, 32));
}

/** Opens a copy: what came stays for another try. */
const opens = (receiver: SrtpReceiver, packet: Buffer) => receiver.rtp(Buffer.from(packet));

for (const suite of ALL) {
  test(`${suite}: what was protected is opened as it was, and is not readable meanwhile`, () => {
    const sender = new SrtpSender(suite, master(suite));
    const receiver = new SrtpReceiver(suite, master(suite));
    for (const payload of [0, 1, 15, 16, 17, 160, 192, 193, 1300]) {
      const plain = rtp(100 + payload, { payload }).subarray(0, 12 + payload);
      const packet = sealed(sender, 100 + payload, { payload });
      assert.equal(packet.length, plain.length + SUITES[suite].tag);
      if (payload >= 16) assert.notDeepEqual(packet.subarray(12, 28), plain.subarray(12, 28));
      assert.equal(receiver.rtp(packet), plain.length);
      assert.deepEqual(packet.subarray(0, plain.length), plain);
    }
    const sealedReport = report(sender);
    assert.equal(receiver.rtcp(Buffer.from(sealedReport)), 32);
    assert.equal(receiver.rtcp(Buffer.from(sealedReport)), REPLAYED);
  });

  test(`${suite}: a packet with any one bit changed is refused, and then the right one is still taken`, () => {
    const sender = new SrtpSender(suite, master(suite));
    const receiver = new SrtpReceiver(suite, master(suite));
    const before = sealed(sender, 10);
    const packet = sealed(sender, 11, { payload: 40 });
    const control = report(sender);
    assert.equal(opens(receiver, before), 172);
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const changed = Buffer.from(packet);
      changed[bit >> 3] ^= 1 << (bit & 7);
      const kept = Buffer.from(changed);
      assert.ok(receiver.rtp(changed) < 0, `bit ${bit}`);
      assert.deepEqual(changed, kept, 'what is refused is not touched');
    }
    for (let bit = 0; bit < control.length * 8; bit++) {
      const changed = Buffer.from(control);
      changed[bit >> 3] ^= 1 << (bit & 7);
      assert.ok(receiver.rtcp(changed) < 0, `bit ${bit} of the report`);
    }
    assert.equal(opens(receiver, packet), 52);
    assert.equal(receiver.rtcp(control), 32);
  });

  test(`${suite}: cut, lengthened, random and unprotected packets are refused without an exception (seed ${SEED})`, () => {
    const random = seeded(SEED);
    const sender = new SrtpSender(suite, master(suite));
    const receiver = new SrtpReceiver(suite, master(suite));
    const packet = sealed(sender, 1);
    for (let length = 0; length < packet.length; length++) assert.ok(receiver.rtp(packet.subarray(0, length)) < 0);
    const control = report(sender);
    for (let length = 0; length < control.length; length++) assert.ok(receiver.rtcp(control.subarray(0, length)) < 0);
    assert.ok(receiver.rtp(Buffer.concat([packet, Buffer.alloc(1)])) < 0);
    assert.ok(receiver.rtp(Buffer.concat([packet, Buffer.alloc(70_000)])) < 0);
    for (let i = 0; i < 300; i++) {
      const noise = Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
      if (noise.length > 0) noise[0] = 0x80 | (noise[0] & 0x3f);
      assert.ok(receiver.rtp(Buffer.from(noise)) < 0 && receiver.rtcp(noise) < 0);
    }
    const plain = rtp(2);
    assert.equal(receiver.rtp(plain.subarray(0, 172)), REJECTED);
    assert.equal(receiver.highestOf(0x1234), -1);
  });

  test(`${suite}: another key opens nothing`, () => {
    const sender = new SrtpSender(suite, master(suite, 1));
    const receiver = new SrtpReceiver(suite, master(suite, 9));
    for (let i = 0; i < 20; i++) {
      assert.equal(opens(receiver, sealed(sender, i)), REJECTED);
      assert.equal(receiver.rtcp(report(sender)), REJECTED);
    }
  });
}

test('a report with a good tag that says it is not encrypted is refused', () => {
  const { authenticationKey } = sessionKeys(CM, master(CM), 'rtcp');
  const made = (word: number) => {
    const packet = Buffer.alloc(32 + 4 + 10);
    packet.set([0x80, 201, 0, 7]);
    packet.writeUInt32BE(word, 32);
    createHmac('sha1', authenticationKey).update(packet.subarray(0, 36)).digest().copy(packet, 36);
    return packet;
  };
  const receiver = new SrtpReceiver(CM, master(CM));
  assert.equal(receiver.rtcp(made(7)), REJECTED);
  assert.equal(receiver.rtcp(made(0x8000_0007)), 32, 'the tag was good');
});

test('a packet is taken once; one that comes late is taken inside of the window and not behind it', () => {
  const sender = new SrtpSender(CM, master(CM));
  const receiver = new SrtpReceiver(CM, master(CM));
  const packets = Array.from({ length: 400 }, (_, i) => sealed(sender, 1000 + i));
  assert.equal(opens(receiver, packets[0]), 172);
  assert.equal(opens(receiver, packets[0]), REPLAYED);
  assert.equal(opens(receiver, packets[399]), 172);
  for (let i = 398; i > 399 - REPLAY_WINDOW; i--) assert.equal(opens(receiver, packets[i]), 172, `${i}`);
  for (let i = 399; i >= 0; i--) assert.equal(opens(receiver, packets[i]), REPLAYED, `${i}`);
});

test('the rollover counter follows over the wrap, with packets of both sides of it mixed', () => {
  const sender = new SrtpSender(CM, master(CM));
  const receiver = new SrtpReceiver(CM, master(CM));
  const sent: Buffer[] = [];
  for (let i = 0; i < 100; i++) sent.push(sealed(sender, 65_486 + i));
  // Pairs change places, so that of 65535 and 0 the second comes first.
  for (let i = 0; i < 100; i += 2) {
    assert.equal(opens(receiver, sent[i + 1]), 172, `${i + 1}`);
    assert.equal(opens(receiver, sent[i]), 172, `${i}`);
  }
  assert.equal(receiver.highestOf(0x1234), 65_486 + 99);
  for (const packet of sent) assert.equal(opens(receiver, packet), REPLAYED);
});

test('the counter follows through five wraps with jumps of nearly half of it', () => {
  const sender = new SrtpSender(CM, master(CM));
  const receiver = new SrtpReceiver(CM, master(CM));
  for (let index = 7; index < 5 * 65536; index += 32_700) assert.equal(opens(receiver, sealed(sender, index)), 172);
});

test('a stream that began below the wrap is heard though its first packets were lost', () => {
  const sender = new SrtpSender(CM, master(CM));
  const receiver = new SrtpReceiver(CM, master(CM));
  const lost = [65_534, 65_535].map(sequence => sealed(sender, sequence));
  assert.equal(opens(receiver, sealed(sender, 0)), 172);
  assert.equal(opens(receiver, lost[1]), 172);
});

test('the index is the nearest one (RFC 3711 appendix A)', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.integer({ min: -32_767, max: 32_767 }), (highest, away) => {
      const index = highest + away;
      fc.pre(index >= 0);
      assert.equal(estimateIndex(highest, index % 65536), index);
    }),
    { seed: SEED, numRuns: 2000 },
  );
  assert.ok(estimateIndex(5, 65_000) < 0, 'before the beginning');
  assert.ok(estimateIndex(2 ** 48 - 1, 3) >= 2 ** 48, 'behind the end');
});

test('the window says what a list of all numbers says', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: -260, max: 3 }), fc.integer({ min: -20, max: 600 })), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 2 ** 32 - 50, 2 ** 47), (moves, base) => {
      const window = new ReplayWindow();
      const seen = new Set<number>();
      let highest = base;
      for (const move of moves) {
        const index = Math.max(0, highest + move);
        const isNew = !seen.has(index) && index > (seen.size === 0 ? -1 : highest - REPLAY_WINDOW);
        assert.equal(window.isNew(index), isNew, `${index} at ${highest}`);
        if (!isNew) continue;
        window.accept(index);
        highest = seen.size === 0 ? index : Math.max(highest, index);
        seen.add(index);
      }
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test('a key has a bounded number of sources, and those it has are not forgotten for others', () => {
  const receiver = new SrtpReceiver(CM, master(CM));
  const packets = Array.from({ length: MOST_SOURCES + 5 }, (_, ssrc) =>
    sealed(new SrtpSender(CM, master(CM)), 5, { ssrc: ssrc + 1 }),
  );
  const taken = packets.filter(packet => opens(receiver, packet) > 0);
  assert.equal(taken.length, MOST_SOURCES);
  assert.equal(opens(receiver, packets[0]), REPLAYED);
});

test('a number is used once, by one source, as often as the key may be used', () => {
  const sender = new SrtpSender(CM, master(CM), { packets: 3, reports: 1 });
  sealed(sender, 10);
  assert.throws(() => sealed(sender, 10), Bug);
  assert.throws(() => sealed(sender, 9), Bug);
  assert.throws(() => sealed(sender, 11, { ssrc: 3 }), Bug);
  sealed(sender, 11);
  sealed(sender, 12);
  assert.equal(sender.rtp(rtp(13), 172), -1);
  report(sender);
  assert.equal(sender.rtcp(Buffer.alloc(60, 0x80), 32), -1);
  sender.rekey(CM, master(CM, 7));
  assert.ok(sealed(sender, 13).length > 0);
});

const security = (local: number, remote: number, suite: SrtpSuite = CM) => ({
  suite,
  local: master(suite, local),
  remote: master(suite, remote),
});

/** What the phone sends. */
function through(link: SrtpLink, packet: Buffer): number {
  return link.openRtp(Buffer.from(packet));
}

test('a link without keys passes everything, one with keys only what was made with them', () => {
  const link = new SrtpLink();
  const plain = rtp(1).subarray(0, 172);
  assert.equal(through(link, plain), 172);
  assert.equal(link.sealRtp(Buffer.from(plain), 172), 172);
  link.agree(security(1, 5));
  assert.ok(through(link, plain) < 0);
  assert.equal(through(link, sealed(new SrtpSender(CM, master(CM, 5)), 1)), 172);
  assert.deepEqual([link.rejected, link.replayed], [1, 0]);
  link.agree(undefined);
  assert.equal(through(link, plain), 172);
});

test('a packet without room behind it is not protected, and may be with room', () => {
  for (const suite of ALL) {
    const sender = new SrtpSender(suite, master(suite));
    const { tag, rtcpTag } = SUITES[suite];
    const packet = rtp(1).subarray(0, 172 + tag);
    assert.throws(() => sender.rtp(packet.subarray(0, 172 + tag - 1), 172), Bug);
    assert.equal(sender.rtp(packet, 172), 172 + tag);
    const reported = Buffer.alloc(28 + rtcpTag + 4);
    reported.set([0x80, 201, 0, 6]);
    assert.throws(() => sender.rtcp(reported.subarray(0, reported.length - 1), 28), Bug);
    assert.equal(sender.rtcp(reported, 28), reported.length);
  }
});

test('the same keys again change nothing: no number is used a second time, no packet taken a second time', () => {
  const link = new SrtpLink();
  link.agree(security(1, 5));
  const phone = new SrtpSender(CM, master(CM, 5));
  const packet = sealed(phone, 65_535);
  assert.equal(through(link, packet), 172);
  const first = rtp(65_535);
  link.sealRtp(first, 172);
  link.agree(security(1, 5));
  assert.equal(through(link, packet), REPLAYED);
  const second = rtp(65_536);
  const length = link.sealRtp(second, 172);
  const theirs = new SrtpReceiver(CM, master(CM, 1));
  assert.equal(theirs.rtp(first.subarray(0, 182)), 172);
  assert.equal(theirs.rtp(second.subarray(0, length)), 172, 'the rollover counter went on');
});

test('after a new key of the other side the old one is taken until the new one is used, and never again', () => {
  for (const [from, to] of [
    [CM, CM],
    ['AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_256_GCM'],
  ] as const) {
    const link = new SrtpLink();
    link.agree(security(1, 5, from));
    const old = new SrtpSender(from, master(from, 5));
    assert.equal(through(link, sealed(old, 1)), 172);
    link.agree(security(2, 6, to));
    assert.equal(through(link, sealed(old, 2)), 172);
    const late = sealed(old, 3);
    assert.equal(through(link, sealed(new SrtpSender(to, master(to, 6)), 4)), 172);
    assert.ok(through(link, late) < 0);
    assert.equal(link.rejected, 1);
  }
});

test('a new key is understood whether the rollover counter goes on or begins anew', () => {
  for (const start of [3 * 65536 + 20, 20]) {
    const link = new SrtpLink();
    link.agree(security(1, 5));
    const phone = new SrtpSender(CM, master(CM, 5));
    for (let index = 0; index <= 3 * 65536 + 10; index += 30_000)
      assert.equal(through(link, sealed(phone, index)), 172);
    assert.equal(through(link, sealed(phone, 3 * 65536 + 10)), 172);
    link.agree(security(1, 6));
    if (start > 65536) phone.rekey(CM, master(CM, 6));
    const next: SrtpSender = start > 65536 ? phone : new SrtpSender(CM, master(CM, 6));
    assert.equal(through(link, sealed(next, start)), 172, `${start}`);
    assert.equal(through(link, sealed(next, start + 1)), 172, `${start}`);
  }
});
