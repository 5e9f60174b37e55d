import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryLog, seeded, silentLog } from '@parley/base';
import { FakeClock } from '@parley/base/fake-clock';
import { CrashDisk } from '../src/disk/crash-disk.ts';
import type { LoggedItem } from '../src/item.ts';
import { RecordReader } from '../src/log/record-reader.ts';
import { TakeCursor } from '../src/record/audio.ts';
import { readId } from '../src/record/bodies.ts';
import { RecordType } from '../src/record/record.ts';
import { SEGMENT_HEADER } from '../src/record/segment-header.ts';
import { recoverLog, sortFiles } from '../src/spool/recovery.ts';
import { scanFile } from '../src/spool/scan-file.ts';
import type { WriterLog } from '../src/spool/writer-log.ts';
import { heard, Ledger } from './ledger.ts';
import { FOLDER, openSpool, openWriter } from './scenario.ts';

const PATH = `${FOLDER}/w1-000001.log`;

/** A segment with two messages, an erased one, a notice and one that was going on; synced piece by piece. */
async function realSegment(): Promise<{
  bytes: Buffer;
  ledger: Ledger;
  ids: Record<'first' | 'second' | 'erased' | 'open', string>;
}> {
  const disk = new CrashDisk();
  const ledger = new Ledger(100);
  const writer = openWriter(disk, await openSpool(disk), { clock: new FakeClock(), limits: { segmentBytes: 1e6 } });
  const say = async (millis: number) => {
    const draft = await ledger.begin(writer);
    draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis }));
    await writer.flush();
    return draft;
  };
  const first = await say(110);
  const erased = await say(120);
  await ledger.accept(writer, first);
  await ledger.erase(writer, erased);
  const second = await say(130);
  await ledger.notice(writer, 'call-1');
  await ledger.accept(writer, second, 'seal');
  const open = await say(140);
  await writer.close();
  return {
    bytes: disk.contents().get(PATH)!,
    ledger,
    ids: { first: first.id, second: second.id, erased: erased.id, open: open.id },
  };
}

interface Found extends LoggedItem {
  readonly audio: { at: number; bytes: Buffer }[];
}

/** What a recovery takes out of a segment. */
async function recovered(bytes: Buffer): Promise<Map<string, Found>> {
  const disk = new CrashDisk();
  disk.put(PATH, bytes);
  const logs = new Map<string, WriterLog>();
  const context = { disk, log: silentLog, now: 0, isKnown: () => false };
  await sortFiles([PATH], logs, context);
  const found = new Map<string, Found>();
  for (const log of logs.values())
    for (const item of await recoverLog(log, context)) {
      const reader = new RecordReader(disk, log.salt, () => log.segments);
      const audio: Found['audio'] = [];
      for (const take of item.takes) {
        const cursor = new TakeCursor(take.keepMillis);
        let at = 0;
        for (const ref of take.refs)
          for (const piece of cursor.pieces(Buffer.from((await reader.read(ref))!))) {
            if (piece.kind === 'audio') audio.push({ at, bytes: Buffer.from(piece.bytes) });
            at += piece.kind === 'audio' ? piece.bytes.length : piece.millis * 8;
          }
      }
      assert.ok(!found.has(item.id), 'nothing is there twice');
      found.set(item.id, { ...item, audio });
    }
  return found;
}

/** Where each record lies: id, type, and its stretch of the file. */
async function recordsOf(bytes: Buffer): Promise<{ id: string; type: number; from: number; to: number }[]> {
  const disk = new CrashDisk();
  disk.put(PATH, bytes);
  const records: { id: string; type: number; from: number; to: number }[] = [];
  await scanFile(disk, PATH, ({ type, place, end, body }) => {
    records.push({ id: readId(body), type, from: place + SEGMENT_HEADER, to: end + SEGMENT_HEADER });
  });
  return records;
}

/** The messages and notices of `whole` of which every record satisfies `intact` are there as they were, and nobody else's words are. */
function compare(
  found: Map<string, Found>,
  from: {
    whole: Map<string, Found>;
    ledger: Ledger;
    records: Awaited<ReturnType<typeof recordsOf>>;
    intact: (record: { from: number; to: number }) => boolean;
  },
): void {
  const { whole, ledger, records, intact } = from;
  for (const [id, item] of whole)
    if (records.every(record => record.id !== id || intact(record)) && !(item.interrupted && !found.has(id))) {
      const got = found.get(id);
      assert.ok(got, `${id} is missing`);
      assert.deepEqual({ ...got, last: 0 }, { ...item, last: 0 });
    }
  for (const [id, item] of found) {
    if (item.kind === 'notice') {
      assert.deepEqual(item, whole.get(id));
      continue;
    }
    const draft = ledger.drafts.get(id);
    assert.ok(draft, `${id} was invented`);
    for (const { at, bytes } of item.audio)
      assert.deepEqual(bytes, draft.versions[0].subarray(at, at + bytes.length), 'no word that was not said');
    const discard = records.find(record => record.id === id && record.type === RecordType.discard);
    assert.ok(!discard || !intact(discard), 'what was erased stays erased');
  }
}

test('a segment cut off at any byte gives what was whole before the cut, and nothing else', async () => {
  const { bytes, ledger, ids } = await realSegment();
  const records = await recordsOf(bytes);
  const whole = await recovered(bytes);
  assert.deepEqual(new Set(whole.keys()).size, 4, 'two messages, a notice, the one that was going on');
  assert.equal(whole.get(ids.open)?.interrupted, true);
  assert.ok(!whole.has(ids.erased));
  for (let length = 0; length <= bytes.length; length++) {
    const found = await recovered(bytes.subarray(0, length));
    compare(found, { whole, ledger, records, intact: record => record.to <= length });
  }
});

test('10,000 damaged bytes: what the damage does not touch is found, nothing is invented', async t => {
  const seed = 20261121;
  t.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const { bytes, ledger } = await realSegment();
  const records = await recordsOf(bytes);
  const whole = await recovered(bytes);
  for (let i = 0; i < 10_000; i++) {
    const at = Math.floor(random() * bytes.length);
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 1 + Math.floor(random() * 255);
    compare(await recovered(damaged), {
      whole,
      ledger,
      records,
      intact: record => at < record.from || at >= record.to,
    });
  }
});

test('garbage, zeros and foreign blocks in a segment are never taken for records', async t => {
  const seed = 77;
  t.diagnostic(`seed ${seed}`);
  const random = seeded(seed);
  const { bytes, ledger } = await realSegment();
  const records = await recordsOf(bytes);
  const whole = await recovered(bytes);
  for (let i = 0; i < 1000; i++) {
    // One copy of the header stays; without any, the whole segment is put aside (below).
    const from = SEGMENT_HEADER / 2 + Math.floor(random() * (bytes.length - SEGMENT_HEADER / 2));
    const to = Math.min(bytes.length, from + Math.floor(random() * 1024));
    const damaged = Buffer.from(bytes);
    if (i % 3 === 0) damaged.fill(0, from, to);
    else if (i % 3 === 1) for (let at = from; at < to; at++) damaged[at] = Math.floor(random() * 256);
    // Records of the same log at a place that is not theirs.
    else bytes.copy(damaged, from, Math.floor(random() * (bytes.length - 1024)), to - from);
    compare(await recovered(damaged), {
      whole,
      ledger,
      records,
      intact: record => to <= record.from || from >= record.to,
    });
  }
});

test('records that a caller sends as audio stay audio, even where the segment is damaged', async () => {
  const { bytes } = await realSegment();
  const disk = new CrashDisk();
  const ledger = new Ledger(100);
  const spool = await openSpool(disk);
  const writer = openWriter(disk, spool, { clock: new FakeClock(), start: 5, limits: { segmentBytes: 1e6 } });
  const draft = await ledger.begin(writer);
  writer.take(draft.id, 1, 'replace');
  const sink = writer.open({ draft: draft.id, take: 1 }, 'PCMU', error => assert.fail(error));
  for (let at = SEGMENT_HEADER; at + 160 <= bytes.length; at += 160) sink.audio(bytes, at, 160, true);
  sink.end(60_000);
  await writer.accept(draft.id);
  const segment = disk.contents().get(PATH)!;
  const found = await recovered(segment);
  assert.deepEqual([...found.keys()], [draft.id]);
  for (let at = SEGMENT_HEADER + 300; at < segment.length; at += 97) {
    const damaged = Buffer.from(segment);
    damaged.fill(0xaa, at, at + 20);
    for (const id of (await recovered(damaged)).keys()) assert.equal(id, draft.id);
  }
});

test('a damaged segment goes to corrupt/ with an alarm, after everything readable was taken out of it', async () => {
  const { bytes, ids } = await realSegment();
  const records = await recordsOf(bytes);
  const hit = records.find(record => record.id === ids.erased && record.type === RecordType.audio)!;
  const damaged = Buffer.from(bytes);
  damaged[hit.from + 40] ^= 1;
  const disk = new CrashDisk();
  disk.put(PATH, damaged);
  const log = memoryLog();
  const spool = await openSpool(disk, new FakeClock(), log);
  assert.deepEqual(
    spool
      .list()
      .map(item => [item.kind, item.where, item.interrupted])
      .sort(),
    [
      ['message', 'pending', false],
      ['message', 'pending', false],
      ['message', 'pending', true],
      ['notice', 'pending', false],
    ],
  );
  assert.ok(log.lines.some(line => line.level === 'error' && line.event === 'spool segment damaged'));
  const kept = [...disk.contents()].filter(([path]) => path.startsWith(`${FOLDER}/corrupt/`));
  assert.equal(kept.length, 1);
  assert.deepEqual(kept[0][1], damaged);
  assert.ok(!disk.contents().has(PATH));
  await spool.close();
  const again = await openSpool(disk);
  assert.equal(again.list().length, 4);
});

test('a message with a damaged middle comes with a gap of its length, marked as interrupted', async () => {
  const disk = new CrashDisk();
  const ledger = new Ledger();
  const writer = openWriter(disk, await openSpool(disk), { clock: new FakeClock() });
  const draft = await ledger.begin(writer);
  draft.versions.push(ledger.speak(writer, draft, { number: 1, role: 'replace', millis: 1500 }));
  await ledger.accept(writer, draft);
  await writer.close();
  const segment = Buffer.from(disk.contents().get(PATH)!);
  const audio = (await recordsOf(segment)).filter(record => record.type === RecordType.audio);
  segment[audio[2].from + 500] ^= 1;
  const damaged = new CrashDisk();
  damaged.put(PATH, segment);
  const spool = await openSpool(damaged);
  const [item] = spool.list();
  assert.deepEqual([item.interrupted, item.millis], [true, 1500]);
  const { bytes, pieces, gaps } = await heard(spool, item.id);
  assert.equal(gaps, 1);
  const whole = draft.versions[0];
  for (const piece of pieces)
    assert.deepEqual(Buffer.from(piece.bytes), whole.subarray(piece.at, piece.at + piece.bytes.length));
  const last = pieces.at(-1)!;
  assert.equal(last.at + last.bytes.length, whole.length);
  assert.ok(whole.length - bytes.length <= 260 * 8);
});

test('one damaged copy of the header costs nothing; a segment without a readable one is put aside, not deleted', async () => {
  const { bytes } = await realSegment();
  const whole = await recovered(bytes);
  for (let at = 0; at < SEGMENT_HEADER; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] ^= 0x40;
    assert.deepEqual(await recovered(damaged), whole);
  }
  const disk = new CrashDisk();
  const headless = Buffer.from(bytes).fill(0, 0, SEGMENT_HEADER);
  disk.put(PATH, headless);
  const log = memoryLog();
  const spool = await openSpool(disk, new FakeClock(), log);
  assert.deepEqual(spool.list(), []);
  const [kept] = [...disk.contents()].filter(([path]) => path.startsWith(`${FOLDER}/corrupt/`));
  assert.deepEqual(kept[1], headless);
  assert.ok(log.lines.some(line => line.level === 'error' && line.event === 'put aside as damaged'));
});

test('a spool of a newer program is refused, not touched', async () => {
  const { bytes } = await realSegment();
  const disk = new CrashDisk();
  const newer = Buffer.from(bytes);
  newer.writeUInt16BE(2, 8);
  newer.writeUInt16BE(2, 8 + SEGMENT_HEADER / 2);
  disk.put(PATH, newer);
  await assert.rejects(openSpool(disk), { code: 'SPOOL_NEWER' });
  assert.deepEqual(disk.contents().get(PATH), newer);
  const other = new CrashDisk();
  other.put(`${FOLDER}/format`, Buffer.from('2\n'));
  await assert.rejects(openSpool(other), { code: 'SPOOL_NEWER' });
});
