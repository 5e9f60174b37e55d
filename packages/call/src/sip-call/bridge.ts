import { defer, type Log, messageOf, waitOrAbort } from '@parley/base';
import type { AudioSource, BridgeOptions as Joining } from '@parley/media';
import type { BridgeEnd, BridgeOptions } from '../call.ts';
import { ALL_KEYS } from '../key-queue.ts';
import { exchangeKeys } from './keys-by-info.ts';
import { aborted, type Line } from './line.ts';
import type { Talk } from './talk.ts';

/** What a bridge needs of the call that asks for it. */
export interface BridgeParts {
  readonly line: Line;
  readonly talk: Talk;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The announcement of the options, rendered. */
  readonly announcement: readonly AudioSource[];
}

/** Joins a call with another one until that ends, or a key leaves it. Rejects with the end of the call. */
export async function bridge(parts: BridgeParts, other: Line, options: BridgeOptions): Promise<BridgeEnd> {
  const { line, talk, signal, log, announcement } = parts;
  const { leaveKeys = '' } = options;
  const apart = new AbortController();
  const joined = AbortSignal.any([apart.signal, signal]);
  const left = defer<BridgeEnd>();
  talk.listenFor({ keys: leaveKeys, leave: key => left.resolve({ endedBy: 'key', key }) });
  const stopKeys = options.keys === 'keep' ? undefined : exchangeKeys(line, other, log);
  try {
    const parted = line.media.bridge(other.media, { ...relaying(options), signal: joined });
    for (const { media } of announcement.length > 0 ? [line, other] : [])
      media
        .play(announcement, { over: true, signal: joined })
        .catch(error => log.error('announcement failed', { error: messageOf(error) }));
    const gone = Promise.race([parted, aborted(other.signal)]).then((): BridgeEnd => ({ endedBy: 'other' }));
    return await waitOrAbort(Promise.race([left.promise, gone]), signal);
  } finally {
    talk.listenFor(undefined);
    stopKeys?.();
    apart.abort();
  }
}

function relaying({ leaveKeys = '', keys }: BridgeOptions): Joining {
  if (keys === 'keep') return { relayKeys: '', relayKeysBack: '' };
  return { relayKeys: [...ALL_KEYS].filter(key => !leaveKeys.includes(key)).join('') };
}
