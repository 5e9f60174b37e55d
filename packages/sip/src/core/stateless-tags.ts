import { hash, randomBytes } from 'node:crypto';
import { SipParseError } from '../message/index.ts';
import type { SipRequest } from '../message/message.ts';
import { serverKey } from '../transaction/matching.ts';

const TAG_CHARACTERS = 16;

/** To tags of answers that nothing is remembered of: the same request gets the same one each time (RFC 3261 8.2.7), and nobody else can make it. */
export class StatelessTags {
  readonly #secret = randomBytes(16).toString('hex');

  of(request: SipRequest): string {
    return hash('sha1', `${this.#secret}${keyOf(request)}`).slice(0, TAG_CHARACTERS);
  }
}

/** What a request is known by: the key of its transaction when that can be read. */
function keyOf(request: SipRequest): string {
  try {
    return serverKey(request);
  } catch (thrown) {
    // A malformed one is told apart by all that it says.
    if (thrown instanceof SipParseError) return request.headers.map(([, value]) => value).join('|');
    throw thrown;
  }
}
