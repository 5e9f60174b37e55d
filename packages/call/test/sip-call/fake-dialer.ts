import { defer } from '@parley/base';
import { type Body, CallRefused, type Dialog, type Inviter, type LegEnd, SipParseError } from '@parley/sip';
import type { Dialer, PlaceOptions } from '../../src/index.ts';
import { FakeDialog, sdpBody } from './fake-invitation.ts';

/** A third party that a test plays. */
export class FakeInviter implements Inviter {
  readonly callId = 'two@203.0.113.9';
  readonly target: string;
  readonly options: PlaceOptions;
  readonly dialog: FakeDialog;
  /** It was asked to ring no longer. */
  isCancelled = false;
  readonly #over = new AbortController();
  readonly #sent: string[];
  readonly #answered = defer<{ readonly dialog: Dialog; readonly body: Body | undefined }>();

  constructor(target: string, options: PlaceOptions, sent: string[]) {
    this.target = target;
    this.options = options;
    this.#sent = sent;
    this.dialog = new FakeDialog(this.#over, sent);
    // As with a real one: who only cancels does not look at it.
    this.#answered.promise.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get answered() {
    return this.#answered.promise;
  }

  onProgress(): void {}

  cancel(reason?: string): void {
    if (this.#over.signal.aborted) return;
    this.isCancelled = true;
    this.#sent.push(`CANCEL ${reason}`);
  }

  answers(sdp: string): void {
    this.#answered.resolve({ dialog: this.dialog, body: sdpBody(sdp) });
  }

  refuses(status: number): void {
    this.#answered.reject(new CallRefused(status));
    this.ends('rejected');
  }

  /** The third party, or the network, ends the call. */
  ends(kind: LegEnd['kind'], reasons: readonly string[] = []): void {
    this.#over.abort({ kind, reasons } satisfies LegEnd);
  }
}

/** Places calls that a test answers. */
export class FakeDialer implements Dialer {
  readonly sent: string[] = [];
  readonly placed: FakeInviter[] = [];

  place(target: string, options: PlaceOptions): Inviter {
    if (!target.startsWith('sip:')) throw new SipParseError('URI', 'no SIP URI');
    const inviter = new FakeInviter(target, options, this.sent);
    this.placed.push(inviter);
    return inviter;
  }
}
