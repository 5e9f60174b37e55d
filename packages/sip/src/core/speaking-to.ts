import type { TransactionUser } from '../transaction/transaction-layer.ts';
import type { TransportUser } from '../transport/transport.ts';

type Upper = TransportUser & TransactionUser;

/** Transports and transactions speak upwards to a receiver that needs them to answer: what they are given closes the circle before there is one. */
export function speakingTo(receiver: () => Upper): Upper {
  return {
    received: (message, from, bytes) => receiver().received(message, from, bytes),
    malformed: (thrown, from, bytes) => receiver().malformed(thrown, from, bytes),
    accepts: (request, channel) => receiver().accepts(request, channel),
    request: (request, transaction) => receiver().request(request, transaction),
    ack: (ack, channel) => receiver().ack(ack, channel),
    ended: transaction => receiver().ended?.(transaction),
  };
}
