import type { SipRequest } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { type DialogId, tagOf } from './dialog-state.ts';

/** Who answers the requests of a dialog. */
export interface DialogUser {
  readonly id: DialogId;
  /** A request of the other side in this dialog, CANCEL and ACK excepted. */
  request(request: SipRequest, transaction: ServerTransaction): void;
  /** An ACK to one of our 2xx. */
  ack(ack: SipRequest): void;
  /** Whether the other side's messages are known to come from this address. */
  knows(source: string): boolean;
  /** It was allowed to go on from there. */
  movedTo(source: string): void;
}

/** Every dialog, early ones included, by Call-ID and both tags (RFC 3261 section 12). */
export class DialogTable {
  readonly #dialogs = new Map<string, DialogUser>();

  get size(): number {
    return this.#dialogs.size;
  }

  add(dialog: DialogUser): void {
    this.#dialogs.set(keyOf(dialog.id), dialog);
  }

  remove(dialog: DialogUser): void {
    this.#dialogs.delete(keyOf(dialog.id));
  }

  find(id: DialogId): DialogUser | undefined {
    return this.#dialogs.get(keyOf(id));
  }

  /** The dialog that a request of the other side belongs to. */
  of(request: SipRequest): DialogUser | undefined {
    const localTag = request.to.parameters.get('tag');
    if (localTag === undefined) return undefined;
    return this.#dialogs.get(keyOf({ callId: request.callId, localTag, remoteTag: tagOf(request.from) }));
  }
}

const keyOf = ({ callId, localTag, remoteTag }: DialogId): string => `${callId}|${localTag}|${remoteTag}`;
