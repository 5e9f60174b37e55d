import type { SipRequest } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { type DialogId, tagOf } from './dialog-state.ts';

/** Who answers the requests of a dialog. */
export interface DialogUser {
  readonly id: DialogId;
  /** A request of the other side in this dialog, CANCEL and ACK excepted. */
  request(request: SipRequest, transaction: ServerTransaction): void;
  /** Whether requests cannot be taken yet: `run` is called when they can. */
  waits?(run: () => void): boolean;
  /** An ACK to one of our 2xx. */
  ack(ack: SipRequest): void;
  /** Whether it began by TLS: then nothing of it is said, or believed, in clear. */
  readonly isSecure: boolean;
  /** Whether the other side's messages are known to come from this address. */
  knows(source: string): boolean;
  /** It was allowed to go on from there. */
  movedTo(source: string): void;
}

/** Every dialog, early ones included, by Call-ID and both tags (RFC 3261 section 12). */
export class DialogTable {
  readonly #dialogs = new Map<string, DialogUser>();
  readonly #expected = new Map<string, DialogUser>();

  get size(): number {
    return this.#dialogs.size + this.#expected.size;
  }

  add(dialog: DialogUser): void {
    this.#dialogs.set(keyOf(dialog.id), dialog);
  }

  remove(dialog: DialogUser): void {
    this.#dialogs.delete(keyOf(dialog.id));
  }

  /** Gets what comes for its Call-ID and local tag from sides that are not known yet (RFC 6665 section 4.4.1). */
  expect(dialog: DialogUser): void {
    this.#expected.set(halfKeyOf(dialog.id), dialog);
  }

  /** Takes `expect` back. */
  forget(dialog: DialogUser): void {
    this.#expected.delete(halfKeyOf(dialog.id));
  }

  find(id: DialogId): DialogUser | undefined {
    return this.#dialogs.get(keyOf(id));
  }

  /** The dialog that a request of the other side belongs to. */
  of(request: SipRequest): DialogUser | undefined {
    const localTag = request.to.parameters.get('tag');
    if (localTag === undefined) return undefined;
    const id = { callId: request.callId, localTag, remoteTag: tagOf(request.from) };
    return this.#dialogs.get(keyOf(id)) ?? this.#expected.get(halfKeyOf(id));
  }
}

const keyOf = ({ callId, localTag, remoteTag }: DialogId): string => `${callId}|${localTag}|${remoteTag}`;
const halfKeyOf = ({ callId, localTag }: DialogId): string => `${callId}|${localTag}`;
