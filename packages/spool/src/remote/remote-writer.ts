import { Bug, type Clock, type Deferred, defer, ParleyError, ulid } from '@parley/base';
import type { Draft, Drafts, Envelope, Sealed, TakeRole } from '../draft.ts';
import { SpoolFailed, SpoolFull } from '../errors.ts';
import type { SpoolMessage, WriterEvent, WriterReply, WriterRequest } from '../protocol.ts';
import type { Choice, JsonObject, NoticeEnvelope } from '../record/bodies.ts';

type Unticketed<R> = R extends { ticket: number } ? Omit<R, 'ticket'> : never;

/** The main thread's end of the port to one worker's `SpoolWriter`. */
export class RemoteWriter {
  readonly #post: (message: SpoolMessage) => void;
  readonly #onEvent: (event: WriterEvent) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Deferred<Sealed | undefined>>();
  #ticket = 0;
  #died: SpoolFailed | undefined;

  /** @param onEvent hears what the writer says of its log: `Spool.heard`. */
  constructor(post: (message: SpoolMessage) => void, options: { clock: Clock; onEvent: (event: WriterEvent) => void }) {
    this.#post = post;
    this.#clock = options.clock;
    this.#onEvent = options.onEvent;
  }

  /** Takes a message from the worker; returns false when it is not for the spool. */
  receive(message: unknown): boolean {
    if (!isReply(message)) return false;
    if (message.on === 'event') {
      this.#onEvent(message.event);
      return true;
    }
    const deferred = this.#waiting.get(message.ticket);
    this.#waiting.delete(message.ticket);
    if (message.on === 'done') deferred?.resolve(message.sealed);
    else deferred?.reject(errorOf(message.code, message.message));
    return true;
  }

  /** The worker is dead: everything that waits for it, and everything asked later, rejects with `SpoolFailed`. */
  died(why: string): void {
    this.#died = new SpoolFailed(`the media worker is gone: ${why}`);
    for (const deferred of this.#waiting.values()) deferred.reject(this.#died);
    this.#waiting.clear();
  }

  async begin(envelope: Envelope): Promise<Draft> {
    const id = ulid(this.#clock.wall());
    await this.ask({ do: 'begin', id, envelope });
    return new RemoteDraft(id, this);
  }

  async notice(key: string, envelope: NoticeEnvelope): Promise<void> {
    await this.ask({ do: 'notice', key, envelope });
  }

  /** Seals every draft, marked as interrupted: for a process that has to end now. */
  async sealAll(): Promise<void> {
    await this.ask({ do: 'seal all' });
  }

  /** Sends a request and waits for its answer. */
  ask(request: Unticketed<WriterRequest>): Promise<Sealed | undefined> {
    if (this.#died) return Promise.reject(this.#died);
    const ticket = ++this.#ticket;
    const deferred = defer<Sealed | undefined>();
    this.#waiting.set(ticket, deferred);
    this.#post({ channel: 'spool', ticket, ...request });
    return deferred.promise;
  }

  /** Sends what needs no answer. */
  tell(request: Extract<WriterRequest, { do: 'take' | 'mark' }>): void {
    if (!this.#died) this.#post({ channel: 'spool', ...request });
  }
}

/** `Drafts` over the workers. `pick` says which worker's log a call (or the key of a notice) goes to. */
export function remoteDrafts(pick: (call: string) => RemoteWriter): Drafts {
  return {
    begin: async (call, envelope) => pick(call).begin(envelope),
    notice: async (key, envelope) => pick(key).notice(key, envelope),
  };
}

class RemoteDraft implements Draft {
  readonly id: string;
  readonly #writer: RemoteWriter;
  #takes = 0;
  #ending: Promise<Sealed> | undefined;

  constructor(id: string, writer: RemoteWriter) {
    this.id = id;
    this.#writer = writer;
  }

  take(role: TakeRole): number {
    const take = ++this.#takes;
    this.#writer.tell({ do: 'take', id: this.id, take, role });
    return take;
  }

  mark(choice: Choice): void {
    this.#writer.tell({ do: 'mark', id: this.id, choice });
  }

  accept(changes: JsonObject = {}): Promise<Sealed> {
    return this.#once('accept', changes);
  }

  seal(changes: JsonObject = {}): Promise<Sealed> {
    return this.#once('seal', changes);
  }

  async discard(): Promise<void> {
    await this.#writer.ask({ do: 'discard', id: this.id });
  }

  /** A hang-up behind "send" gets the same answer; after a failure one may try again. */
  #once(how: 'accept' | 'seal', changes: JsonObject): Promise<Sealed> {
    if (!this.#ending) {
      this.#ending = this.#end(how, changes);
      this.#ending.catch(() => {
        this.#ending = undefined;
      });
    }
    return this.#ending;
  }

  async #end(how: 'accept' | 'seal', changes: JsonObject): Promise<Sealed> {
    const sealed = await this.#writer.ask({ do: how, id: this.id, changes });
    if (!sealed) throw new Bug('a sealed draft has an outcome');
    return sealed;
  }
}

function isReply(message: unknown): message is { channel: 'spool' } & WriterReply {
  return (
    typeof message === 'object' &&
    message !== null &&
    'channel' in message &&
    message.channel === 'spool' &&
    'on' in message
  );
}

/** The error that the writer rejected with, as it was before it went through the port. */
function errorOf(code: string, message: string): Error {
  if (code === 'SPOOL_FAILED') return new SpoolFailed(message);
  if (code === 'SPOOL_FULL') return new SpoolFull(message);
  return code === 'BUG' ? new Bug(message) : new ParleyError(code, message);
}
