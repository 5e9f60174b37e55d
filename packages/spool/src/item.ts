import { createHash } from 'node:crypto';
import { ulid } from '@parley/base';
import type { JsonObject } from './record/bodies.ts';
import type { DraftState } from './record/draft-state.ts';
import type { FoundNotice } from './record/replay.ts';

/** A take of an item, and where its audio is in the log. */
export interface ItemTake {
  readonly number: number;
  readonly keepMillis: number | undefined;
  /** Places of its AUDIO records, in order. */
  readonly refs: readonly number[];
}

/**
 * What waits to be delivered. 'too short': a call that was cut off by a crash before it had a message in it; whoever delivers
 * decides whether that is a missed call.
 */
export type ItemKind = 'message' | 'notice' | 'too short';

/** An item as it lies in a writer's log. */
export interface LoggedItem {
  readonly id: string;
  readonly kind: ItemKind;
  /** BEGIN with what SEAL changed; contains `messageId`. */
  readonly envelope: JsonObject;
  readonly takes: readonly ItemTake[];
  readonly urgent: boolean;
  readonly private: boolean;
  /** The call was cut off by a crash, or a part of its audio could not be read. */
  readonly interrupted: boolean;
  /** Wall time of the seal (of the recovery, when a crash took its place), milliseconds since 1970. */
  readonly sealedAt: number;
  readonly millis: number;
  /** Its stretch of the log. */
  readonly first: number;
  readonly last: number;
}

/** The item that a draft has become. @param now wall time, for a draft that nobody sealed. */
export function itemOfDraft(draft: DraftState, now: number): LoggedItem {
  const numbers = draft.message();
  const millis = draft.millisOf(numbers);
  const { seal } = draft;
  return {
    id: draft.id,
    kind: numbers.length > 0 ? 'message' : 'too short',
    envelope: { ...draft.envelope, ...seal?.changes },
    takes: numbers.map(number => {
      const take = draft.takes.get(number);
      return { number, keepMillis: take?.keepMillis, refs: (take?.refs ?? []).toSorted((a, b) => a - b) };
    }),
    urgent: draft.choice.urgent ?? false,
    private: draft.choice.private ?? false,
    interrupted: !seal || (seal.interrupted ?? false) || draft.incomplete || millis < seal.millis,
    sealedAt: seal?.sealedAt ?? now,
    millis: seal?.millis ?? millis,
    first: draft.first,
    last: draft.last,
  };
}

export function itemOfNotice(notice: FoundNotice): LoggedItem {
  const { id, envelope, sealedAt, first, last } = notice;
  return {
    id,
    kind: 'notice',
    envelope,
    takes: [],
    urgent: false,
    private: false,
    interrupted: false,
    sealedAt,
    millis: 0,
    first,
    last,
  };
}

/** The id of the notice for a key: the same key always gives the same one, so saying it twice leaves one item. */
export function noticeId(key: string): string {
  const digest = createHash('sha256').update(key).digest();
  return ulid(digest.readUIntBE(0, 6), digest.subarray(6, 16));
}
