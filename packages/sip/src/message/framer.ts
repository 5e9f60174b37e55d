import { asBuffer } from '@parley/base';
import { SIP_BUDGETS, type SipBudgets } from './budgets.ts';
import { ReceivedFields } from './fields.ts';
import { layoutOf } from './layout.ts';
import { parseMessage, statedLength } from './parse.ts';
import { SipParseError } from './sip-parse-error.ts';

const CR = 0x0d;
const LF = 0x0a;
const END_OF_HEAD = '\r\n\r\n';
const SMALLEST = 2_048;

/**
 * Cuts a byte stream (TCP, TLS) into messages by Content-Length (RFC 3261 section 18.3) and finds the keep-alives of
 * RFC 5626 section 4.4.1. Work and memory are linear in what arrives, however it is cut into chunks.
 * After each `push`, call `next` until it returns undefined. What `next` throws is final: answer it when it has a
 * `partial`, then close the connection, because nobody can tell where the next message would begin.
 */
export class StreamFramer {
  readonly #budgets: SipBudgets;
  /** Octets not taken yet lie between #start and #end. What lies before #end is never written again: messages are views of it. */
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Whether #buffer may be written behind #end (a chunk of somebody else's may not). */
  #owned = false;
  /** Up to here no end of a head was found. */
  #searched = 0;
  /** Where the present message ends, once its head is complete. */
  #messageEnd = -1;
  #failure: SipParseError | undefined;
  #work = 0;

  constructor(budgets: SipBudgets = SIP_BUDGETS) {
    this.#budgets = budgets;
  }

  /** Octets searched and copied so far, for tests of its linearity. */
  get work(): number {
    return this.#work;
  }

  /** Octets that wait for more: a connection that keeps some for long is a slow sender. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** These octets, a view of what arrived, at most the size of a message. */
  get waiting(): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + this.#budgets.maxMessage));
  }

  /** Takes what arrived; the chunk must not be changed any more. */
  push(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#start === this.#end) this.#adopt(asBuffer(chunk));
    else this.#append(asBuffer(chunk));
  }

  /** The next complete message, 'keep-alive' for a double CRLF (answer it with CRLF), or undefined. Throws `SipParseError`. */
  next(): Uint8Array | 'keep-alive' | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#messageEnd < 0) {
      if (this.#skipEmptyLines()) return 'keep-alive';
      if (!this.#findHead()) return undefined;
    }
    if (this.#end < this.#messageEnd) return undefined;
    const message = this.#buffer.subarray(this.#start, this.#messageEnd);
    this.#start = this.#messageEnd;
    this.#searched = this.#start;
    this.#messageEnd = -1;
    return message;
  }

  #adopt(chunk: Buffer): void {
    this.#buffer = chunk;
    this.#start = 0;
    this.#searched = 0;
    this.#end = chunk.length;
    this.#owned = false;
  }

  /** Appends in place when there is room; else moves what waits into a buffer of twice the size, so each octet moves O(1) times. */
  #append(chunk: Buffer): void {
    const needed = this.pending + chunk.length;
    if (!this.#owned || this.#end + chunk.length > this.#buffer.length) {
      const roomy = Buffer.allocUnsafe(Math.max(SMALLEST, needed * 2));
      this.#buffer.copy(roomy, 0, this.#start, this.#end);
      this.#work += this.pending;
      this.#searched -= this.#start;
      if (this.#messageEnd >= 0) this.#messageEnd -= this.#start;
      this.#end = this.pending;
      this.#start = 0;
      this.#buffer = roomy;
      this.#owned = true;
    }
    chunk.copy(this.#buffer, this.#end);
    this.#work += chunk.length;
    this.#end += chunk.length;
  }

  /**
   * At the start of a message: one CRLF is ignored, two are a keep-alive (returns true). Whether a lone CRLF has a twin is
   * seen when more arrives.
   */
  #skipEmptyLines(): boolean {
    if (!this.#isLineEnd(this.#start)) return false;
    if (this.#isLineEnd(this.#start + 2)) {
      this.#start += 4;
      this.#searched = this.#start;
      return true;
    }
    const next = this.#start + 2;
    const mayBecomeTwin = next === this.#end || (next + 1 === this.#end && this.#buffer[next] === CR);
    if (!mayBecomeTwin) {
      this.#start = next;
      this.#searched = next;
    }
    return false;
  }

  #isLineEnd(at: number): boolean {
    this.#work++;
    return at + 1 < this.#end && this.#buffer[at] === CR && this.#buffer[at + 1] === LF;
  }

  /** Looks for the end of the head, from where the last search ended; sets where the message ends. */
  #findHead(): boolean {
    const waiting = this.#buffer.subarray(0, this.#end);
    const found = waiting.indexOf(END_OF_HEAD, this.#searched, 'latin1');
    const reached = found < 0 ? this.#end : found;
    this.#work += reached - this.#searched;
    if (reached - this.#start > this.#budgets.maxMessage)
      this.#refuse('message', `longer than ${this.#budgets.maxMessage} octets`, 513);
    if (found < 0) {
      this.#searched = Math.max(this.#searched, this.#start, this.#end - 3);
      return false;
    }
    const headEnd = found + END_OF_HEAD.length;
    this.#messageEnd = headEnd + this.#contentLength(headEnd);
    return true;
  }

  /** Octets of the body; only Content-Length is looked at, other faults are left to `parseMessage`. */
  #contentLength(headEnd: number): number {
    const head = this.#buffer.subarray(this.#start, headEnd);
    this.#work += head.length;
    const layout = layoutOf(head, this.#budgets);
    const stated = statedLength(new ReceivedFields(head, layout));
    const { length } = stated;
    // What is not found may stand behind the fault that ended the search.
    const fault = stated.fault ?? (length < 0 ? layout.fault : undefined);
    if (fault !== undefined) this.#refuse(fault.where, fault.problem, fault.status);
    if (length < 0) this.#refuse('Content-Length', 'missing; over a stream it must be there');
    if (length > this.#budgets.maxBody) this.#refuse('body', `longer than ${this.#budgets.maxBody} octets`, 413);
    if (head.length + length > this.#budgets.maxMessage)
      this.#refuse('message', `longer than ${this.#budgets.maxMessage} octets`, 513);
    return length;
  }

  /** Ends the stream with an error that carries what was read of the present message. */
  #refuse(where: string, problem: string, status = 400): never {
    const error = new SipParseError(where, problem, { status });
    this.#failure = error.withPartial(this.#partial());
    throw this.#failure;
  }

  /** The head of the present message as a request to answer, when it is one. */
  #partial(): SipParseError['partial'] {
    try {
      const message = parseMessage(this.waiting, { budgets: this.#budgets, transport: 'stream' });
      return message.kind === 'request' ? message : undefined;
    } catch (thrown) {
      if (thrown instanceof SipParseError) return thrown.partial;
      throw thrown;
    }
  }
}
