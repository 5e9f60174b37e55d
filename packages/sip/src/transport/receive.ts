import { parseMessage, type SipBudgets } from '../message/index.ts';
import type { SipMessage } from '../message/message.ts';
import type { Channel, TransportUser } from './transport.ts';

export interface ReceiveOptions {
  readonly transport: 'datagram' | 'stream';
  readonly budgets: SipBudgets;
  readonly user: TransportUser;
}

/** Parses one message and passes it up, as a message or as what is wrong with it. */
export function receive(bytes: Uint8Array, from: Channel, { transport, budgets, user }: ReceiveOptions): void {
  let message: SipMessage;
  try {
    message = parseMessage(bytes, { transport, budgets });
  } catch (thrown) {
    user.malformed(thrown, from, bytes);
    return;
  }
  user.received(message, from, bytes);
}
