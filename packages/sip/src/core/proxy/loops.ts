import { createHmac } from 'node:crypto';
import { SipParseError, type SipRequest } from '../../message/index.ts';
import type { Ids } from '../../transaction/ids.ts';

/** What RFC 5393 section 4.2 and RFC 3261 section 16.6 (step 8) name, beside the Request-URI: whatever may change where a request goes. */
const LOOKED_AT: readonly string[] = ['route', 'proxy-require', 'proxy-authorization'];
const MARK = 16;

/**
 * Tells a loop (the same request is here again) from a spiral (it is here again, but to go somewhere else) by a mark in the branches
 * of our Vias (RFC 5393 section 4). The mark is keyed, so nobody else's branch can have it. The top Via is left out of it, and so is
 * the method: CANCEL has the branch of its INVITE.
 */
export class Loops {
  readonly #secret: Uint8Array;
  readonly #ids: Ids;
  readonly #names: readonly string[];

  /** @param names headers that this proxy's routing looks at, beside those of the RFCs. */
  constructor(secret: Uint8Array, ids: Ids, names: readonly string[]) {
    this.#secret = secret;
    this.#ids = ids;
    this.#names = [...LOOKED_AT, ...names];
  }

  /** Of a request without our own Route values. Throws `SipParseError`. */
  markOf(request: SipRequest): string {
    const { uri, from, to, callId, cseq } = request;
    const tags = [from, to].map(({ parameters }) => parameters.get('tag') ?? '');
    const values = this.#names.flatMap(name => [name, ...request.values(name)]);
    const text = [uri, ...tags, callId, cseq.number, ...values].join('\n');
    return createHmac('sha1', this.#secret).update(text).digest('base64url').slice(0, MARK);
  }

  branch(mark: string): string {
    return `${this.#ids.branch()}.${mark}`;
  }

  /** The branch of a copy of what came with `received` as its branch: the same for every copy (RFC 3261 section 16.11). */
  statelessBranch(mark: string, received: string): string {
    const text = createHmac('sha1', this.#secret)
      .update(received)
      .digest('base64url')
      .slice(0, 2 * MARK);
    return `z9hG4bK${text}.${mark}`;
  }

  /** Whether it has been here before, to go where it would go now. */
  isLoop({ vias }: SipRequest, mark: string): boolean {
    return vias.some(({ branch }) => branch.endsWith(`.${mark}`));
  }
}

/** The number of a header that may stand there once; undefined when it is missing. Throws `SipParseError`. */
export function numberOf(request: SipRequest, name: string, most: number): number | undefined {
  const values = request.values(name);
  if (values.length === 0) return undefined;
  const number = /^\d{1,10}$/.test(values[0]) ? Number(values[0]) : Number.NaN;
  if (values.length > 1 || !(number <= most)) throw new SipParseError(name, `expected one number from 0 to ${most}`);
  return number;
}
