import assert from 'node:assert/strict';
import { ulid } from '@parley/base';
import type { Spool, SpoolItem } from '../src/index.ts';
import type { SpoolWriter } from '../src/writer/index.ts';

/** How far something is that was asked for: only 'confirmed' is a promise. */
export type Promised = 'no' | 'asked' | 'confirmed';

/** What a caller knows of a message. */
export interface LedgerDraft {
  readonly id: string;
  /** What the message may be, newest last: an accepted one is the newest as a whole, others begin like one of them. */
  readonly versions: Buffer[];
  accepted: Promised;
  erased: Promised;
  delivered: Promised;
  /** Sealed without enough sound. */
  tooShort: Promised;
  /** A take was told that it failed. */
  failed: boolean;
  /** Bytes of the message that were synced for sure. */
  durable: number;
}

export const MINIMUM = 1000;
const PACKET = 160;

/** Notes down what callers were promised, and compares it with what is found. */
export class Ledger {
  readonly drafts = new Map<string, LedgerDraft>();
  readonly notices = new Map<string, Promised>();
  readonly #minimumMillis: number;
  #count = 0;

  constructor(minimumMillis = MINIMUM) {
    this.#minimumMillis = minimumMillis;
  }

  /** Begins a draft and notes it. */
  async begin(writer: SpoolWriter): Promise<LedgerDraft> {
    const number = ++this.#count;
    const id = ulid(1_700_000_000_000 + number, Buffer.alloc(10, number));
    const draft: LedgerDraft = {
      id,
      versions: [],
      accepted: 'no',
      erased: 'no',
      delivered: 'no',
      tooShort: 'no',
      failed: false,
      durable: 0,
    };
    this.drafts.set(id, draft);
    await writer.begin(id, { messageId: `${id}@parley.test`, minimumMillis: this.#minimumMillis });
    return draft;
  }

  /** Speaks into a new take; the returned version of the message is noted by the caller. */
  speak(
    writer: SpoolWriter,
    draft: LedgerDraft,
    take: { number: number; role: 'replace' | 'add'; millis: number; open?: boolean },
  ): Buffer {
    const { number, role, millis } = take;
    writer.take(draft.id, number, role);
    const sink = writer.open({ draft: draft.id, take: number }, 'PCMU', () => {
      draft.failed = true;
    });
    const bytes = voice(draft.id, number, millis * 8);
    for (let at = 0; at < bytes.length; at += PACKET) sink.audio(bytes, at, Math.min(PACKET, bytes.length - at), true);
    if (!take.open) sink.end(millis);
    return bytes;
  }

  async accept(writer: SpoolWriter, draft: LedgerDraft, how: 'accept' | 'seal' = 'accept'): Promise<void> {
    draft.accepted = 'asked';
    const sealed = await writer[how](draft.id, { sealed: true });
    assert.equal(sealed.outcome, 'message');
    draft.accepted = 'confirmed';
  }

  /** Hangs up before anything was long enough. */
  async giveUp(writer: SpoolWriter, draft: LedgerDraft): Promise<void> {
    draft.tooShort = 'asked';
    assert.deepEqual(await writer.seal(draft.id), { outcome: 'discarded' });
    draft.tooShort = 'confirmed';
  }

  async erase(writer: SpoolWriter, draft: LedgerDraft): Promise<void> {
    draft.erased = 'asked';
    await writer.discard(draft.id);
    draft.erased = 'confirmed';
  }

  async deliver(spool: Spool, id: string): Promise<void> {
    const draft = this.drafts.get(id);
    if (draft) draft.delivered = 'asked';
    await spool.delivered(id);
    if (draft) draft.delivered = 'confirmed';
  }

  async notice(writer: SpoolWriter, key: string): Promise<void> {
    this.notices.set(key, this.notices.get(key) === 'confirmed' ? 'confirmed' : 'asked');
    await writer.notice(key, { messageId: `${key}@parley.test` });
    this.notices.set(key, 'confirmed');
  }

  /** Every promise is kept and nothing is there that nobody said. */
  async check(spool: Spool): Promise<void> {
    const items = spool.list();
    const notices = items.filter(item => item.kind === 'notice');
    for (const [key, promised] of this.notices) {
      const found = notices.filter(item => item.envelope.messageId === `${key}@parley.test`).length;
      assert.ok(found === 1 || (found === 0 && promised !== 'confirmed'), `notice ${key}: ${found} found, ${promised}`);
    }
    const drafts = items.filter(item => item.kind !== 'notice');
    for (const item of drafts) await this.#checkFound(spool, item);
    assert.equal(new Set(items.map(item => item.id)).size, items.length, 'nothing is there twice');
    for (const draft of this.drafts.values()) if (!drafts.some(item => item.id === draft.id)) this.#checkMissing(draft);
  }

  async #checkFound(spool: Spool, item: SpoolItem): Promise<void> {
    const draft = this.drafts.get(item.id);
    assert.ok(draft, `${item.id} was invented`);
    const what = `${item.id} (${JSON.stringify({ ...draft, versions: draft.versions.map(v => v.length) })})`;
    assert.notEqual(draft.erased, 'confirmed', `erased came back: ${what}`);
    assert.notEqual(draft.delivered, 'confirmed', `delivered came back: ${what}`);
    assert.notEqual(draft.tooShort, 'confirmed', `too short came back: ${what}`);
    if (item.kind === 'too short') {
      assert.ok(draft.accepted !== 'confirmed' && draft.durable < MINIMUM * 8, `too short: ${what}`);
      return;
    }
    assert.equal(item.envelope.messageId, `${item.id}@parley.test`);
    const found = await heard(spool, item.id);
    if (draft.accepted === 'confirmed') {
      assert.equal(item.envelope.sealed, true, what);
      assert.equal(item.interrupted, false, what);
      assert.deepEqual(found.bytes, draft.versions.at(-1), `byte-complete: ${what}`);
      assert.equal(found.gaps, 0, what);
      return;
    }
    assert.ok(
      draft.versions.some(version => begins(version, found.pieces)),
      `it is what was said: ${what}`,
    );
    assert.ok(found.bytes.length >= draft.durable || draft.versions.length > 1, `what was synced is there: ${what}`);
    if (item.envelope.sealed !== true) assert.equal(item.interrupted, true, what);
  }

  #checkMissing(draft: LedgerDraft): void {
    const what = `${draft.id} ${JSON.stringify({ ...draft, versions: draft.versions.map(v => v.length) })}`;
    if (draft.delivered !== 'no' || draft.erased !== 'no' || draft.tooShort !== 'no') return;
    assert.notEqual(draft.accepted, 'confirmed', `accepted and lost: ${what}`);
    assert.ok(draft.durable < MINIMUM * 8, `synced and lost: ${what}`);
  }
}

/** Bytes that nobody else says. */
export function voice(id: string, take: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const key = Number.parseInt(id.slice(-2), 36) * 7 + take * 101;
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 7) * 17 + key) & 0xff;
  return bytes;
}

interface Heard {
  readonly pieces: { at: number; bytes: Uint8Array }[];
  readonly bytes: Buffer;
  readonly gaps: number;
}

export async function heard(spool: Spool, id: string): Promise<Heard> {
  const pieces: Heard['pieces'] = [];
  let at = 0;
  let gaps = 0;
  for await (const piece of spool.audio(id)) {
    if (piece.kind === 'audio') pieces.push({ at, bytes: piece.bytes });
    else gaps++;
    at += piece.kind === 'audio' ? piece.bytes.length : piece.millis * 8;
  }
  return { pieces, bytes: Buffer.concat(pieces.map(piece => piece.bytes)), gaps };
}

/** Whether every piece lies where it was said. */
function begins(version: Buffer, pieces: Heard['pieces']): boolean {
  return pieces.every(({ at, bytes }) => Buffer.compare(version.subarray(at, at + bytes.length), bytes) === 0);
}
