import { defer, type Log, messageOf, waitOrAbort } from '@parley/base';
import type { AudioSource, BridgeOptions as Joining } from '@parley/media';
import type { BridgeEnd, BridgeOptions } from '../call.ts';
import { ALL_KEYS } from '../key-queue.ts';
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
  // Where a far end takes no keys as events, the media hand them back: then they go by INFO (RFC 6086).
  const sendOn = options.keys === 'keep' ? undefined : (key: string) => inform(other, key, log);
  talk.listenFor({ keys: leaveKeys, leave: key => left.resolve({ endedBy: 'key', key }), other: sendOn });
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
    apart.abort();
  }
}

function relaying({ leaveKeys = '', keys }: BridgeOptions): Joining {
  if (keys === 'keep') return { relayKeys: '', relayKeysBack: '' };
  return { relayKeys: [...ALL_KEYS].filter(key => !leaveKeys.includes(key)).join('') };
}

function inform({ dialog }: Line, key: string, log: Log): void {
  const body = { type: 'application/dtmf-relay', content: Buffer.from(`Signal=${key}\r\nDuration=160\r\n`) };
  dialog.info(body).then(
    status => {
      if (status >= 300) log.info('a key could not be sent on', { status });
    },
    error => log.warn('a key could not be sent on', { error: messageOf(error) }),
  );
}
