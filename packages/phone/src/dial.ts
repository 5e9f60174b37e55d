import { defer } from '@parley/base';
import { type Body, hostPort, type Inviter, type LegEnd, type Peer } from '@parley/sip';
import type { Line } from './line.ts';
import type { CallOptions, Dialling } from './phone.ts';
import type { PhoneCall } from './phone-call.ts';
import { begin, type Switchboard } from './switchboard.ts';
import { Terms } from './terms.ts';

interface DialParts {
  readonly line: Line;
  readonly terms: Terms;
  readonly inviter: Inviter;
  readonly listen: boolean;
}

/** A call that we place, from the INVITE to its answer. */
export class Dial implements Dialling {
  readonly answered: Promise<PhoneCall>;
  readonly ended: Promise<LegEnd>;
  readonly #board: Switchboard;
  readonly #parts: DialParts;

  private constructor(board: Switchboard, parts: DialParts) {
    this.#board = board;
    this.#parts = parts;
    this.ended = endOf(parts.inviter.signal);
    this.answered = this.#answered();
    // Whoever only cancels does not look at it; the signal tells them.
    this.answered.catch(() => undefined);
  }

  static async begin(board: Switchboard, uri: string, options: CallOptions): Promise<Dial> {
    const { contact, desk, agent } = board;
    const { headers, to, offer, listen = true, security } = options;
    const line = await desk.open();
    try {
      const terms = new Terms(desk.address, { codecs: typeof offer === 'function' ? undefined : offer, security });
      const body =
        typeof offer === 'function'
          ? terms.offerText(offer({ address: desk.address, port: line.toldPort }))
          : terms.offer(line.toldPort);
      const from = options.from ?? `sip:phone@${hostPort(contact)}`;
      const target = { uri, ...(options.via && { via: peerOf(options.via, contact.transport) }) };
      const inviter = agent.invite(target, { from, body, ...(to && { to }), ...(headers && { headers }) });
      return new Dial(board, { line, terms, inviter, listen });
    } catch (error) {
      await line.close();
      throw error;
    }
  }

  get callId(): string {
    return this.#parts.inviter.callId;
  }

  onProgress(handler: (status: number, body: Body | undefined) => void): void {
    this.#parts.inviter.onProgress(handler);
  }

  cancel(reason?: string): void {
    this.#parts.inviter.cancel(reason);
  }

  async #answered(): Promise<PhoneCall> {
    const { line, terms, inviter, listen } = this.#parts;
    const { clock } = this.#board;
    const invitedAt = clock.monotonic();
    try {
      const { dialog, body } = await inviter.answered;
      const answerMillis = clock.monotonic() - invitedAt;
      try {
        const settings = terms.complete(body);
        const ear = this.#board.desk.ear(listen);
        ear.agree(settings);
        const call = begin(this.#board, { dialog, line, terms, settings, ear, answerMillis });
        line.agree(settings);
        return call;
      } catch (error) {
        await dialog.bye();
        throw error;
      }
    } catch (error) {
      await line.close();
      throw error;
    }
  }
}

/** Resolves with the reason of a signal that aborts. */
export function endOf(signal: AbortSignal): Promise<LegEnd> {
  const end = defer<LegEnd>();
  if (signal.aborted) end.resolve(signal.reason);
  else signal.addEventListener('abort', () => end.resolve(signal.reason), { once: true });
  return end.promise;
}

function peerOf(via: string | Peer, transport: Peer['transport']): Peer {
  if (typeof via !== 'string') return via;
  const colon = via.lastIndexOf(':');
  return { transport, address: via.slice(0, colon), port: Number(via.slice(colon + 1)) };
}
