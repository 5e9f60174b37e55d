import { asBuffer } from '@parley/base';
import { Attempt } from './attempt.ts';
import { readClientHello } from './client-hello.ts';
import type { DtlsEndpoint, DtlsOptions } from './dtls-endpoint.ts';
import {
  ALERT,
  BAD_CERTIFICATE,
  CHANGE_CIPHER_SPEC,
  CLIENT_HELLO,
  CLOSE_NOTIFY,
  FATAL,
  FINISHED,
  HANDSHAKE,
  HANDSHAKE_FAILURE,
  WARNING,
} from './dtls-format.ts';
import { Assembler, type Fragment, fragmentsOf, type HandshakeMessage } from './fragments.ts';
import { type DtlsRecord, type ProtectedRecords, RecordWriter, recordsOf } from './records.ts';
import { exportKeys } from './srtp-profiles.ts';

/** Longest datagram that is looked at. */
const LONGEST_DATAGRAM = 2048;
/**
 * Handshakes that go on beside one another: a hello is in clear, so whoever can forge an address could otherwise end a handshake that is under way with another
 * hello. The newest are kept; and so many hellos are answered altogether.
 */
const MOST_ATTEMPTS = 3;
const MOST_HELLOS = 12;
/** First wait for an answer: ICE has shown that the way is short. Doubled each time (RFC 6347 section 4.2.4.1). */
const FIRST_WAIT_MILLIS = 250;
const LONGEST_WAIT_MILLIS = 4000;
/** A hello that comes again is answered again, but not more often than this. */
const LEAST_PAUSE_MILLIS = 40;
/** A record of the new keys that overtook what makes the keys is kept when it is no longer than a Finished. */
const LONGEST_EARLY = 128;

type State = 'open' | 'keyed' | 'over';

/** The server's side of DTLS 1.2 (RFC 6347) for DTLS-SRTP: one suite, the client has to have a certificate, no session is resumed or negotiated again. */
export class DtlsServer implements DtlsEndpoint {
  readonly #options: DtlsOptions;
  readonly #plain = new RecordWriter(0);
  #state: State = 'open';
  #hello = new Assembler(0);
  #hellos = 0;
  /** The newest last. */
  #attempts: Attempt[] = [];
  #early: DtlsRecord | undefined;
  #records: ProtectedRecords | undefined;
  /** Our Finished, to be sent again when the client's comes again. */
  #finished: Uint8Array | undefined;
  #problem: string | undefined;

  constructor(options: DtlsOptions) {
    this.#options = options;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  datagram(bytes: Uint8Array, now: number): void {
    if (this.#state === 'over' || bytes.length > LONGEST_DATAGRAM) return;
    for (const record of recordsOf(bytes)) {
      if (record.epoch === 1) this.#protected(record);
      else if (record.epoch === 0 && this.#state === 'open') this.#clear(record, now);
    }
  }

  elapse(now: number): void {
    const attempt = this.#attempts.at(-1);
    if (this.#state !== 'open' || !attempt) return;
    const wait = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS * 2 ** (attempt.sent - 1));
    if (now - attempt.sentAt < wait) return;
    for (const each of this.#attempts) each.again();
    this.#sendFlight(attempt, now);
  }

  close(): void {
    if (this.#records && this.#state === 'keyed')
      this.#options.send(this.#records.writer.write(ALERT, Buffer.of(WARNING, CLOSE_NOTIFY)));
    this.#end();
  }

  #end(): void {
    this.#state = 'over';
    this.#attempts = [];
    this.#early = undefined;
  }

  /** A record that anybody may have written. */
  #clear({ type, content }: DtlsRecord, now: number): void {
    if (type === ALERT && content.length === 2 && content[0] === FATAL)
      this.#problem = `the other side gave the handshake up (alert ${content[1]})`;
    if (type !== HANDSHAKE) return;
    for (const fragment of fragmentsOf(content)) {
      if (fragment.type === CLIENT_HELLO) this.#helloPart(fragment, now);
      else for (const attempt of this.#attempts) attempt.take(fragment);
    }
    if (this.#early) this.#finish(this.#early);
  }

  #helloPart(fragment: Fragment, now: number): void {
    this.#hello.add(fragment);
    const hello = this.#hello.take();
    // A forged part must not stand in the way of the next hello.
    if (hello || this.#hello.contradicted) this.#hello = new Assembler(0);
    if (hello?.type === CLIENT_HELLO) this.#begin(hello, now);
  }

  #begin(hello: HandshakeMessage, now: number): void {
    const before = this.#attempts.find(({ hello: { whole } }) => asBuffer(whole).equals(hello.whole));
    if (before) {
      if (now - before.sentAt >= LEAST_PAUSE_MILLIS) this.#sendFlight(before, now);
      return;
    }
    if (this.#hellos === MOST_HELLOS) return;
    this.#hellos += 1;
    const terms = readClientHello(hello.body);
    if (typeof terms === 'string') {
      this.#problem = terms;
      this.#options.send(this.#plain.write(ALERT, Buffer.of(FATAL, HANDSHAKE_FAILURE)));
      return;
    }
    const attempt = new Attempt(hello, terms, this.#options);
    this.#attempts = [...this.#attempts.slice(1 - MOST_ATTEMPTS), attempt];
    this.#sendFlight(attempt, now);
  }

  /** One datagram: a certificate on a curve is small. */
  #sendFlight(attempt: Attempt, now: number): void {
    attempt.sentAt = now;
    attempt.sent += 1;
    this.#options.send(Buffer.concat(attempt.flight.map(({ whole }) => this.#plain.write(HANDSHAKE, whole))));
  }

  #protected(record: DtlsRecord): void {
    if (this.#state === 'open') this.#finish(record);
    else this.#talk(record);
  }

  /** The record that ends a handshake, whichever of them it belongs to. */
  #finish(record: DtlsRecord): void {
    if (record.type !== HANDSHAKE) return;
    for (const attempt of this.#attempts) {
      const finish = attempt.finish(record);
      if (finish?.kind === 'stranger') {
        this.#fail(attempt, finish.why);
        return;
      }
      if (finish) {
        this.#key(attempt, finish.finished);
        return;
      }
    }
    if (record !== this.#early && record.content.length <= LONGEST_EARLY) this.#early = copyOf(record);
  }

  #key({ records, secrets, terms }: Attempt, finished: Uint8Array): void {
    if (!records || !secrets) return;
    this.#state = 'keyed';
    this.#records = records;
    this.#finished = finished;
    this.#attempts = [];
    this.#early = this.#problem = undefined;
    this.#sendFinished(records, finished);
    this.#options.keyed(exportKeys(secrets, terms.profile.suite));
  }

  #fail({ records }: Attempt, why: string): void {
    this.#problem = why;
    if (records) this.#options.send(records.writer.write(ALERT, Buffer.of(FATAL, BAD_CERTIFICATE)));
    this.#end();
    this.#options.failed(why);
  }

  #sendFinished(records: ProtectedRecords, finished: Uint8Array): void {
    const change = this.#plain.write(CHANGE_CIPHER_SPEC, Buffer.of(1));
    this.#options.send(Buffer.concat([change, records.writer.write(HANDSHAKE, finished)]));
  }

  /** After the handshake: its last flight may have been lost; data there is none; a goodbye is signalling's business. */
  #talk(record: DtlsRecord): void {
    const { type } = record;
    const content = type === HANDSHAKE ? this.#records?.open(record) : undefined;
    if (!content || !this.#records || !this.#finished) return;
    if (fragmentsOf(content)[0]?.type === FINISHED) this.#sendFinished(this.#records, this.#finished);
  }
}

function copyOf({ type, epoch, head, content }: DtlsRecord): DtlsRecord {
  return { type, epoch, head: Uint8Array.from(head), content: Uint8Array.from(content) };
}
