import { type Deferred, defer } from '@parley/base';
import {
  type Body,
  type Dialog,
  type Invitation,
  type LegEnd,
  type OfferHandler,
  type Peer,
  parseMessage,
  type ReferHandler,
  type ReferOptions,
  type ReferOutcome,
  type Refusal,
  type ReInviteHandler,
  type SentRefer,
  type SipRequest,
} from '@parley/sip';

const SDP = 'application/sdp';
const SOURCE: Peer = { transport: 'udp', address: '198.51.100.1', port: 5060 };

/** A request as it would come from the wire. */
export function request(method: string, body = '', type = SDP): SipRequest {
  const lines = [
    `${method} sip:1001@192.0.2.1 SIP/2.0`,
    'Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1',
    'From: "Bob" <sip:5550123@198.51.100.1>;tag=a',
    'To: <sip:1001@192.0.2.1>',
    'Call-ID: one@198.51.100.1',
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    ...(body ? [`Content-Type: ${type}`] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
  if (message.kind !== 'request') throw new Error('not a request');
  return message;
}

export const sdpBody = (text: string): Body => ({ type: SDP, content: Buffer.from(text) });

/** The signalling of one call, played by a test; what was sent is in `sent`. Keeps the promises of the user agent. */
export class FakeInvitation implements Invitation {
  readonly request: SipRequest;
  readonly offer: Body | undefined;
  source: Peer = SOURCE;
  readonly sent: string[];
  readonly refusals: Refusal[] = [];
  readonly answers: string[] = [];
  readonly dialog: FakeDialog;
  readonly #over = new AbortController();
  #answered: Deferred<Dialog> | undefined;

  constructor(offer?: string, sent: string[] = []) {
    this.request = request('INVITE', offer);
    this.offer = offer === undefined ? undefined : sdpBody(offer);
    this.sent = sent;
    this.dialog = new FakeDialog(this.#over, sent);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  ring(): void {
    this.sent.push('180');
  }

  progress(): void {
    this.sent.push('183');
  }

  answer(sdp: Body): Promise<Dialog> {
    this.sent.push('200');
    this.answers.push(Buffer.from(sdp.content).toString());
    this.#answered = defer<Dialog>();
    if (this.#over.signal.aborted) this.#answered.reject(this.#over.signal.reason);
    return this.#answered.promise;
  }

  reject(refusal: Refusal): void {
    this.sent.push(String(refusal.status));
    this.refusals.push(refusal);
    this.#over.abort({ kind: 'rejected', reasons: [] } satisfies LegEnd);
  }

  /** The ACK comes. */
  acknowledge(body?: string): void {
    if (body !== undefined) this.dialog.ackBody = sdpBody(body);
    this.#answered?.resolve(this.dialog);
  }

  /** The other side, or the network, ends the leg. */
  end(kind: LegEnd['kind'], reasons: readonly string[] = []): void {
    const end: LegEnd = { kind, reasons };
    this.#answered?.reject(end);
    this.#over.abort(end);
  }
}

export class FakeDialog implements Dialog {
  readonly callId = 'one@198.51.100.1';
  readonly localTag = 'b';
  readonly remoteTag = 'a';
  readonly remoteTarget = 'sip:5550123@198.51.100.1';
  ackBody: Body | undefined;
  /** What the other side tells of a REFER of ours. */
  readonly referred = defer<ReferOutcome>();
  referHandler: ReferHandler = () => ({ status: 405 });
  referProgress: (status: number, reason: string) => void = () => {};
  readonly #over: AbortController;
  readonly #sent: string[];
  #reInvite: ReInviteHandler = () => ({ status: 488 });
  #info: (request: SipRequest) => number = () => 415;

  constructor(over: AbortController, sent: string[]) {
    this.#over = over;
    this.#sent = sent;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  onReInvite(handler: OfferHandler): void {
    this.#reInvite = (offer, source) => {
      const result = handler(offer, source, this.signal);
      if (result instanceof Promise) throw new Error('this call answers at once');
      return result;
    };
  }

  onAnswer(): void {
    // Nothing is refreshed here.
  }

  onInfo(handler: (request: SipRequest) => number): void {
    this.#info = handler;
  }

  async reInvite(): Promise<undefined> {
    throw new Error('nobody asks for that');
  }

  async update(): Promise<undefined> {
    throw new Error('nobody asks for that');
  }

  async ping(): Promise<number> {
    throw new Error('nobody asks for that');
  }

  async info(body: Body): Promise<number> {
    this.#sent.push(`INFO ${Buffer.from(body.content).toString().split('\r\n')[0]}`);
    return 200;
  }

  refer({ to, replaces, referredBy }: ReferOptions): SentRefer {
    const of = [replaces && `replaces ${replaces.callId}`, referredBy && `by ${referredBy}`].filter(Boolean);
    this.#sent.push(['REFER', to, ...of].join(' '));
    return {
      onProgress: handler => {
        this.referProgress = handler;
      },
      outcome: this.referred.promise,
    };
  }

  onRefer(handler: ReferHandler): void {
    this.referHandler = handler;
  }

  async bye(reason?: string): Promise<void> {
    if (this.signal.aborted) return;
    this.#sent.push(`BYE ${reason}`);
    this.#over.abort({ kind: 'local', reasons: [] } satisfies LegEnd);
  }

  /** A re-INVITE comes; what it is answered with. */
  reInvited(offer?: string, source: Peer = SOURCE): ReturnType<ReInviteHandler> {
    return this.#reInvite(offer === undefined ? undefined : sdpBody(offer), source);
  }

  /** An INFO comes; the status it is answered with. */
  informed(body: string, type?: string): number {
    return this.#info(request('INFO', body, type));
  }
}
