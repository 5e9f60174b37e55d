import { silenceByte } from '../codec/silence.ts';
import type { CodecName } from '../sdp/settings.ts';
import type { PlaySource, Recorder, TakeRef, TakeSink } from '../worker/protocol.ts';

/** A take as a `MemoryRecorder` keeps it. */
export interface RecordedAudio {
  readonly codec: CodecName;
  /** Coded bytes in order; gaps are silence. */
  bytes: number[];
  readonly gaps: { readonly atMillis: number; readonly millis: number; readonly reason: 'loss' | 'hold' | 'dtx' }[];
  /** Undefined while it is being recorded. */
  keepMillis: number | undefined;
  /** Tells the engine that the take cannot be stored any more. */
  readonly fail: (error: Error) => void;
}

/** Recordings in memory, for tests and for test phones. */
export class MemoryRecorder implements Recorder {
  readonly takes = new Map<string, RecordedAudio>();

  /** A take; undefined when there is none. */
  take(draft: string, take: number): RecordedAudio | undefined {
    return this.takes.get(`${draft}/${take}`);
  }

  open({ draft, take }: TakeRef, codec: CodecName, onFailed: (error: Error) => void): TakeSink {
    const recorded: RecordedAudio = { codec, bytes: [], gaps: [], keepMillis: undefined, fail: onFailed };
    this.takes.set(`${draft}/${take}`, recorded);
    return {
      audio: (bytes, offset, length) => {
        for (let i = offset; i < offset + length; i++) recorded.bytes.push(bytes[i]);
      },
      gap: (millis, reason) => {
        recorded.gaps.push({ atMillis: recorded.bytes.length / 8, millis, reason });
        for (let i = 0; i < millis * 8; i++) recorded.bytes.push(silenceByte(codec));
      },
      end: keepMillis => {
        recorded.keepMillis = keepMillis;
        recorded.bytes.length = Math.min(recorded.bytes.length, keepMillis * 8);
      },
    };
  }

  /** Plays takes one after the other; those that do not exist are left out. */
  play(draft: string, takes: readonly number[]): PlaySource {
    const recorded = takes.map(take => this.take(draft, take)).filter(take => take !== undefined);
    const bytes = recorded.flatMap(take => take.bytes);
    const silent = recorded.flatMap((take, index) => {
      const before = recorded.slice(0, index).reduce((sum, each) => sum + each.bytes.length, 0);
      // What lies behind the end of the take is no gap in it.
      return take.gaps
        .map(({ atMillis, millis }) => ({
          from: before + atMillis * 8,
          to: before + Math.min(take.bytes.length, (atMillis + millis) * 8),
        }))
        .filter(({ from, to }) => from < to);
    });
    let at = 0;
    return {
      codec: recorded[0]?.codec ?? 'PCMU',
      pause: most => {
        const gap = silent.find(({ from, to }) => from <= at && at < to);
        const taken = gap ? Math.min(most, gap.to - at) : 0;
        at += taken;
        return taken;
      },
      next: (into, offset, length) => {
        if (at >= bytes.length) return -1;
        const end = silent.find(({ from }) => from >= at)?.from ?? bytes.length;
        const filled = Math.min(length, end - at);
        for (let i = 0; i < filled; i++) into[offset + i] = bytes[at++];
        return filled;
      },
      close: () => {
        at = bytes.length;
      },
    };
  }
}
