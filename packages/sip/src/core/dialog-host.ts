import type { DialogId } from '../dialog/dialog-state.ts';
import type { ReferHandler } from '../events/events.ts';
import type { RawHeader, SipMessage, SipResponse } from '../message/message.ts';
import type { Peer } from '../transport/peer.ts';
import type { CallRefused } from './call-refused.ts';
import type { Exchange } from './core.ts';
import type { Body } from './user-agent.ts';

/** A request to send inside a dialog. */
export interface Question {
  /** Beyond those that every request of a dialog has. */
  readonly headers?: readonly RawHeader[];
  readonly body?: Body;
  /** Whether it tells where we are: what may move our end does (RFC 6665 section 4.1.2: SUBSCRIBE, NOTIFY; RFC 3515: REFER). */
  readonly withContact?: boolean;
}

/** A dialog that several usages may share (RFC 5057): that of an INVITE, or one that a SUBSCRIBE or REFER made. */
export interface DialogHost {
  readonly id: DialogId;
  /** Who takes a REFER inside it, when it has somebody of its own for that. */
  readonly referHandler?: ReferHandler | undefined;
  /** Number of our newest request in it. */
  readonly localSequence: number;
  /** Sends a request; resolves with its final response, or with a `CallRefused` when none came. Never rejects. */
  ask(method: string, question?: Question): Promise<SipResponse | CallRefused>;
  /** The other end may have moved (RFC 3261 12.2); `flow` is where it says so from, see `DialogState.refreshTarget`. */
  refreshTarget(message: SipMessage, flow: Peer): void;
  /** Keeps the dialog for the requests of another usage when the one that made it ends; returns how to let it go. */
  retain(): () => void;
}

/** Takes a request inside a dialog, whatever made the dialog. Must not throw; answers through the transaction. */
export type DialogRequestHandler = (exchange: Exchange, host: DialogHost) => void;
