import { readAudioHead } from './audio.ts';
import {
  type NoticeData,
  readChoice,
  readEnd,
  readEnvelope,
  readId,
  readNotice,
  readSeal,
  readTake,
} from './bodies.ts';
import { DraftState } from './draft-state.ts';
import { RecordType } from './record.ts';
import type { TakeRecord } from './scan.ts';

/** A missed call found in the log. */
export interface FoundNotice extends NoticeData {
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** Builds what one writer's log says, record by record; the order does not matter, and a record found twice counts once. */
export class Replay {
  readonly drafts = new Map<string, DraftState>();
  readonly notices = new Map<string, FoundNotice>();
  readonly #seen = new Set<number>();
  #end = 0;

  /** Call before each segment, in the order of their places: a segment that was written again elsewhere overlaps the next one. */
  nextSegment(base: number): void {
    if (base >= this.#end) this.#seen.clear();
  }

  readonly take: TakeRecord = ({ type, place, end, body }) => {
    if (this.#seen.has(place)) return;
    this.#seen.add(place);
    this.#end = Math.max(this.#end, end);
    const id = readId(body);
    if (type === RecordType.notice) {
      if (!this.notices.has(id)) this.notices.set(id, { id, first: place, last: end, ...readNotice(body) });
      return;
    }
    let draft = this.drafts.get(id);
    if (!draft) {
      draft = new DraftState(id, place);
      this.drafts.set(id, draft);
    }
    draft.covers(place, end);
    applyTo(draft, type, { place, body });
  };
}

function applyTo(draft: DraftState, type: number, record: { place: number; body: Buffer }): void {
  const { body, place } = record;
  switch (type) {
    case RecordType.begin:
      draft.envelope = readEnvelope(body);
      return;
    case RecordType.take: {
      const { number, role } = readTake(body);
      draft.take(number, role);
      return;
    }
    case RecordType.audio:
      draft.audio(readAudioHead(body), place);
      return;
    case RecordType.end: {
      const { number, keepMillis } = readEnd(body);
      const take = draft.takes.get(number) ?? draft.take(number, 'add');
      take.keepMillis = keepMillis;
      return;
    }
    case RecordType.choice:
      draft.choose(readChoice(body), place);
      return;
    case RecordType.seal:
      draft.seal = readSeal(body);
      return;
    case RecordType.discard:
      draft.discarded = true;
      return;
    default: // ACCEPT says nothing that SEAL does not; a type of a later minor version is skipped
      return;
  }
}
