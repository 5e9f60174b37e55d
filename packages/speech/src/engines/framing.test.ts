import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, seeded } from '@parley/base';
import { FrameReader, requestFrame, type VoiceFrame } from './framing.ts';

function frame(header: unknown, body = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, body]);
}

const GREETING = frame({ protocol: 1, name: 'voice' });
const SPOKEN = frame({ id: 1, rate: 16000, samples: 3 }, Buffer.from([1, 0, 255, 255, 0, 128]));
const FAILED = frame({ id: 2, error: 'no such language' });
const EXPECTED: readonly VoiceFrame[] = [
  { kind: 'greeting', protocol: 1, name: 'voice' },
  { kind: 'spoken', id: 1, spoken: { rate: 16000, samples: Int16Array.of(1, -1, -32768) } },
  { kind: 'failed', id: 2, reason: 'no such language' },
];

test('frames are the same however the bytes are cut', () => {
  const bytes = Buffer.concat([GREETING, SPOKEN, FAILED]);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new FrameReader();
    const frames: VoiceFrame[] = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
    assert.deepEqual(frames, EXPECTED, `cut every ${size} bytes`);
  }
});

test('what is no frame, or too much, is refused', () => {
  const broken = [
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from('Segmentation fault\n'),
    frame('{'),
    frame('7'),
    frame({}),
    frame({ id: 1 }),
    frame({ id: 1, rate: 1, samples: 0 }),
    frame({ id: 1, rate: 16000, samples: 1e9 }),
    frame({ id: 1.5, rate: 16000, samples: 0 }),
  ];
  for (const bytes of broken)
    assert.throws(
      () => new FrameReader().push(bytes),
      error => codeOf(error) === 'VOICE_PROTOCOL',
      bytes.toString('latin1'),
    );
});

test('2,000 mutated streams give frames or the declared error, nothing else', () => {
  const random = seeded(7);
  const good = Buffer.concat([GREETING, SPOKEN, FAILED]);
  for (let run = 0; run < 2000; run++) {
    const bytes = Buffer.from(good);
    for (let flips = 0; flips < 3; flips++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    try {
      new FrameReader().push(bytes);
    } catch (error) {
      assert.equal(codeOf(error), 'VOICE_PROTOCOL', `seed 7, run ${run}: ${String(error)}`);
    }
  }
});

test('a request is its length and JSON', () => {
  const bytes = requestFrame({ id: 3, text: 'é', language: 'fr-FR' });
  assert.equal(bytes.readUInt32BE(0), bytes.length - 4);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 4)), { id: 3, text: 'é', language: 'fr-FR' });
});
