import type { Body, Dialog, Invitation, Refusal } from '@parley/sip';

/** Hands an invitation to its call, and remembers how the call refused it. */
export class AnsweredInvitation implements Invitation {
  refusal: Refusal | undefined;
  readonly #invitation: Invitation;
  readonly #decided: () => void;

  /** @param decided called when the call is answered or refused. */
  constructor(invitation: Invitation, decided: () => void) {
    this.#invitation = invitation;
    this.#decided = decided;
  }

  get request(): Invitation['request'] {
    return this.#invitation.request;
  }

  get source(): Invitation['source'] {
    return this.#invitation.source;
  }

  get offer(): Body | undefined {
    return this.#invitation.offer;
  }

  get signal(): AbortSignal {
    return this.#invitation.signal;
  }

  get replaces(): Dialog | undefined {
    return this.#invitation.replaces;
  }

  get dialog(): Dialog | undefined {
    return this.#invitation.dialog;
  }

  ring(): void {
    this.#invitation.ring();
  }

  progress(sdp: Body, acknowledged?: (answer: Body | undefined) => void): void {
    this.#invitation.progress(sdp, acknowledged);
  }

  answer(sdp: Body): Promise<Dialog> {
    this.#decided();
    return this.#invitation.answer(sdp);
  }

  reject(refusal: Refusal): void {
    this.refusal = refusal;
    this.#decided();
    this.#invitation.reject(refusal);
  }
}
