import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RtpPacket } from '../rtp/packet.ts';
import { KeyReceiver } from './key-receiver.ts';

interface Sent {
  readonly code: number;
  readonly timestamp: number;
  readonly duration: number;
  readonly end?: boolean;
  readonly marker?: boolean;
  readonly at?: number;
  /** Extended sequence number; 0: it says nothing. */
  readonly number?: number;
}

function packetOf(sent: Sent): RtpPacket {
  const packet = new RtpPacket();
  packet.bytes = Uint8Array.of(sent.code, (sent.end ? 0x80 : 0) | 10, sent.duration >> 8, sent.duration);
  packet.payloadLength = 4;
  packet.timestamp = sent.timestamp >>> 0;
  packet.marker = sent.marker ?? false;
  packet.arrival = sent.at ?? (sent.timestamp + sent.duration) / 8;
  packet.extended = sent.number ?? 0;
  return packet;
}

function hear(...all: Sent[]): string {
  const receiver = new KeyReceiver();
  return all.map(sent => receiver.packet(packetOf(sent)) ?? '').join('');
}

/** All packets of a press: updates of 20 ms and three ends. */
function press(code: number, timestamp: number, options: { ticks?: number } = {}): Sent[] {
  const { ticks = 5 } = options;
  const packets: Sent[] = [];
  for (let i = 1; i < ticks; i++) packets.push({ code, timestamp, duration: i * 160, marker: i === 1 });
  for (let i = 0; i < 3; i++)
    packets.push({ code, timestamp, duration: ticks * 160, end: true, at: (timestamp + (ticks + i) * 160) / 8 });
  return packets;
}

test('all sixteen keys, once each', () => {
  const all = Array.from({ length: 16 }, (_, code) => press(code, 1000 + code * 2000)).flat();
  assert.equal(hear(...all), '0123456789*#ABCD');
});

test('the same key twice is two presses', () => {
  assert.equal(hear(...press(5, 1000), ...press(5, 2280)), '55');
});

test('a press is heard at its first packet, whichever of them is left', () => {
  const packets = press(3, 8000);
  for (let i = 0; i < packets.length; i++) assert.equal(hear(packets[i]), '3', `only packet ${i}`);
});

test('lost ends do not join two presses, nor do they double one', () => {
  const withoutEnd = (packets: Sent[]) => packets.filter(packet => !packet.end);
  assert.equal(hear(...withoutEnd(press(1, 1000)), ...withoutEnd(press(1, 2280)), ...press(2, 4000)), '112');
});

test('two presses of a key 40 ms apart, the end of the first and the marker of the second lost', () => {
  const first = press(7, 1000).slice(0, 4);
  const second = press(7, 1000 + 640 + 160 + 320).slice(1);
  assert.equal(hear(...first, ...second), '77');
});

test('packets out of order and stragglers of the key before count once', () => {
  const [a, b] = [press(1, 1000), press(2, 3000)];
  assert.equal(hear(a[3], a[0], a[4], b[1], a[5], b[0], a[6], ...b), '12');
});

test('a key held for 20 seconds, over three segments, is one press', () => {
  const packets: Sent[] = [];
  for (let at = 400; at <= 160_000; at += 400) {
    const segment = Math.floor((at - 1) / 0xffff);
    packets.push({
      code: 9,
      timestamp: 1000 + segment * 0xffff,
      duration: at - segment * 0xffff,
      marker: at === 400,
      at: at / 8,
    });
  }
  assert.equal(hear(...packets), '9');
});

test('a sender that advances the timestamp with every update is understood', () => {
  const packets = [1, 2, 3, 4, 5].map(i => ({
    code: 4,
    timestamp: 1000 + i * 160,
    duration: i * 160,
    marker: i === 1,
    at: i * 20,
  }));
  assert.equal(hear(...packets), '4');
});

test('a timeline that jumps back does not make the receiver deaf', () => {
  assert.equal(hear(...press(1, 9_000_000), ...press(2, 1000)), '12');
  const later = press(3, 8_995_000).map((sent, i) => ({ ...sent, at: 2_000_000 + i * 20 }));
  assert.equal(hear(...press(1, 9_000_000), ...later), '13');
});

test('presses of a sender whose timestamps stand still are told apart by their ends and numbers, stragglers and doubles are not counted', () => {
  const presses = [5, 5, 6].map((code, which) =>
    press(code, 8000).map((sent, i) => ({ ...sent, number: 100 + which * 7 + i, at: 1000 + which * 160 + i * 20 })),
  );
  assert.equal(hear(...presses.flat()), '556');
  // The last end of each comes behind the first packet of the next one, and everything comes twice.
  const packets = presses.flat().flatMap(sent => [sent, sent]);
  for (let at = 12; at < packets.length - 2; at += 14) packets.splice(at, 4, ...packets.slice(at, at + 4).reverse());
  assert.equal(hear(...packets), '556');
});

test('a flash hook, a fax tone and a payload that is too short are no keys', () => {
  assert.equal(hear({ code: 16, timestamp: 1, duration: 160 }, { code: 36, timestamp: 9000, duration: 160 }), '');
  const short = packetOf({ code: 1, timestamp: 1, duration: 1 });
  short.payloadLength = 3;
  assert.equal(new KeyReceiver().packet(short), undefined);
});
