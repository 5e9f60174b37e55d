import { codeOf, messageOf } from '@parley/base';
import type { Sealed } from '../draft.ts';
import type { SpoolMessage, WriterEvent, WriterReply, WriterRequest } from '../protocol.ts';
import type { SpoolWriter } from './spool-writer.ts';

/** The worker's end of the port. */
export interface ServedSpool {
  /** Takes a message from the main thread; returns false when it is not for the spool. */
  receive(message: unknown): boolean;
  /** Give it to the writer as `onEvent`. */
  event(event: WriterEvent): void;
}

/**
 * Connects a writer with the main thread. The writer needs `event` when it is made, so it is asked for when the first request
 * comes.
 */
export function serveSpool(writer: () => SpoolWriter, post: (message: SpoolMessage) => void): ServedSpool {
  const reply = (message: WriterReply) => post({ channel: 'spool', ...message });
  return {
    receive(message) {
      if (!isRequest(message)) return false;
      handle(writer(), message, reply);
      return true;
    },
    event: event => reply({ on: 'event', event }),
  };
}

function isRequest(message: unknown): message is { channel: 'spool' } & WriterRequest {
  return (
    typeof message === 'object' &&
    message !== null &&
    'channel' in message &&
    message.channel === 'spool' &&
    'do' in message
  );
}

function handle(writer: SpoolWriter, request: WriterRequest, reply: (message: WriterReply) => void): void {
  switch (request.do) {
    case 'take':
      writer.take(request.id, request.take, request.role);
      return;
    case 'mark':
      writer.mark(request.id, request.choice);
      return;
    default:
      answer(writer, request).then(
        sealed => reply({ on: 'done', ticket: request.ticket, ...(sealed && { sealed }) }),
        error =>
          reply({ on: 'refused', ticket: request.ticket, code: codeOf(error) ?? 'BUG', message: messageOf(error) }),
      );
  }
}

type Answered = Extract<WriterRequest, { ticket: number }>;

async function answer(writer: SpoolWriter, request: Answered): Promise<Sealed | undefined> {
  switch (request.do) {
    case 'begin':
      await writer.begin(request.id, request.envelope);
      return undefined;
    case 'accept':
      return writer.accept(request.id, request.changes);
    case 'seal':
      return writer.seal(request.id, request.changes);
    case 'discard':
      await writer.discard(request.id);
      return undefined;
    case 'seal all':
      await writer.sealAll();
      return undefined;
    case 'notice':
      await writer.notice(request.key, request.envelope);
      return undefined;
  }
}
