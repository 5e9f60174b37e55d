import assert from 'node:assert/strict';
import { type Datagram, headerOf, tagIn } from './memory-network.ts';
import type { Witness } from './weather.ts';

/** What one end has said in one dialog. */
interface Said {
  newest: number;
  /** It has said BYE. */
  bye: boolean;
  /** It has answered a BYE. */
  heardBye: boolean;
  /** The request with an offer that has no final answer yet, by method and branch. */
  offered: string | undefined;
}

/** An INVITE of an end, by its branch. */
interface Asked {
  isHeard: boolean;
  isFinal: boolean;
}

/** What may follow the BYE of a call in its dialog: what ends it, and what another usage of the dialog says (RFC 5057). */
const AFTER_BYE = new Set(['ACK', 'BYE', 'NOTIFY', 'SUBSCRIBE']);

/** Looks at the requests that user agents put on the wire: each has its number, and none is sent where it has no place. */
export class WireRules implements Witness {
  /** What was done against them. */
  readonly faults: string[] = [];
  readonly log: string[] = [];
  readonly statuses = new Map<string, number>();
  readonly #ends: ReadonlySet<string>;
  readonly #now: () => number;
  readonly #dialogs = new Map<string, Said>();
  readonly #invites = new Map<string, Asked>();
  /** By branch: what was sent under it, so that copies are known. */
  readonly #sent = new Map<string, string>();

  /** @param ends addresses of user agents; what others send is not looked at. */
  constructor(ends: readonly string[], now: () => number) {
    this.#ends = new Set(ends);
    this.#now = now;
  }

  sent({ from, to, text }: Datagram): void {
    this.log.push(`${this.#now()} ${from} > ${to} ${summary(text)}`);
    if (!this.#ends.has(from)) return;
    if (text.startsWith('SIP/2.0')) {
      const status = `${text.slice(8, 11)} ${methodOf(text)}`;
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      // One that comes out of order is refused, and sent again with another number.
      if (status === '200 BYE') this.#saidIn(from, text).heardBye = true;
      if (hasBody(text) && /^200 (INVITE|UPDATE)$/.test(status)) this.#answered(from, text);
      return;
    }
    const [method] = text.split(' ', 1);
    const number = Number.parseInt(headerOf(text, 'CSeq') ?? '', 10);
    const branch = branchOf(text);
    if (method === 'CANCEL') this.#cancelled(branch);
    if (method === 'ACK' || method === 'CANCEL') return;
    const key = `${method} ${branch}`;
    const before = this.#sent.get(key);
    if (before !== undefined) {
      if (before !== text) this.faults.push(`the copy of ${key} differs from it`);
      return;
    }
    this.#sent.set(key, text);
    if (method === 'INVITE') this.#invites.set(branch, { isHeard: false, isFinal: false });
    if (tagIn(text, 'To') === '') return;
    const said = this.#said(from, `${headerOf(text, 'Call-ID')} ${tagIn(text, 'From')} ${tagIn(text, 'To')}`);
    if (number <= said.newest) this.faults.push(`${from} sent ${method} ${number} after ${said.newest}`);
    said.newest = number;
    if ((said.bye || said.heardBye) && !AFTER_BYE.has(method))
      this.faults.push(`${from} sent ${method} ${number} after ${said.bye ? 'its' : 'the'} BYE`);
    if (method === 'BYE') said.bye = true;
    if (!hasBody(text) || (method !== 'INVITE' && method !== 'UPDATE')) return;
    if (said.offered !== undefined)
      this.faults.push(`${from} sent an offer in ${key} while that in ${said.offered} was open`);
    said.offered = key;
  }

  /** An answer to an offer of the other side, which there must not be beside one of ours. The offer is no longer open when its answer is sent again. */
  #answered(from: string, text: string): void {
    const key = `answer ${branchOf(text)}`;
    if (this.#sent.has(key)) return;
    this.#sent.set(key, '');
    const { offered } = this.#saidIn(from, text);
    if (offered !== undefined) this.faults.push(`${from} answered an offer while its own in ${offered} was open`);
  }

  arrived({ to, text }: Datagram): void {
    const end = to.slice(0, to.indexOf(':'));
    this.log.push(`${this.#now()} ${end} < ${summary(text)}`);
    if (!this.#ends.has(end)) return;
    if (!text.startsWith('SIP/2.0')) return;
    const said = this.#said(end, `${headerOf(text, 'Call-ID')} ${tagIn(text, 'From')} ${tagIn(text, 'To')}`);
    const isFinal = Number(text.slice(8, 11)) >= 200;
    if (isFinal && said.offered === `${methodOf(text)} ${branchOf(text)}`) said.offered = undefined;
    if (methodOf(text) !== 'INVITE') return;
    const asked = this.#invites.get(branchOf(text));
    if (!asked) return;
    asked.isHeard = true;
    if (isFinal) asked.isFinal = true;
  }

  #cancelled(branch: string): void {
    const asked = this.#invites.get(branch);
    // A copy of a CANCEL that was in order may come later than the answer.
    if (this.#sent.has(`CANCEL ${branch}`)) return;
    this.#sent.set(`CANCEL ${branch}`, '');
    if (!asked?.isHeard) this.faults.push('a CANCEL went out before any answer (RFC 3261 9.1)');
    if (asked?.isFinal) this.faults.push('a CANCEL went out after the final answer (RFC 3261 9.1)');
  }

  /** By an answer of that end. */
  #saidIn(end: string, answer: string): Said {
    return this.#said(end, `${headerOf(answer, 'Call-ID')} ${tagIn(answer, 'To')} ${tagIn(answer, 'From')}`);
  }

  #said(end: string, dialog: string): Said {
    const key = `${end} ${dialog}`;
    const said = this.#dialogs.get(key) ?? { newest: 0, bye: false, heardBye: false, offered: undefined };
    this.#dialogs.set(key, said);
    return said;
  }

  assertKept(): void {
    assert.deepEqual(this.faults, []);
  }
}

const branchOf = (text: string): string => /branch=([^;\s,]+)/.exec(headerOf(text, 'Via') ?? '')?.[1] ?? '';

const methodOf = (text: string): string => headerOf(text, 'CSeq')?.split(' ')[1] ?? '';
const hasBody = (text: string): boolean => !text.endsWith('\r\n\r\n');

const summary = (text: string): string =>
  [
    text.slice(0, text.indexOf('\r\n')),
    headerOf(text, 'CSeq'),
    headerOf(text, 'Call-ID')?.slice(0, 6),
    `${tagIn(text, 'From').slice(0, 4)}/${tagIn(text, 'To').slice(0, 4)}`,
    headerOf(text, 'RSeq'),
    text.slice(text.indexOf('\r\n\r\n') + 4),
  ].join(' | ');
