import type { SrtpSecurity } from '../srtp/suites.ts';
import type { DtlsEndpoint, DtlsFactory, DtlsOptions } from './dtls-endpoint.ts';
import { HANDSHAKE } from './dtls-format.ts';

/** DTLS without any, for tests of those that use it: whoever says hello has the keys that the test gave. */
export class MemoryDtls implements DtlsEndpoint {
  /** All that was made, in order. */
  readonly made: MemoryDtls[];
  readonly options: DtlsOptions;
  readonly #security: SrtpSecurity;
  problem: string | undefined;
  datagrams = 0;
  closed = false;

  constructor(options: DtlsOptions, security: SrtpSecurity, made: MemoryDtls[] = []) {
    this.options = options;
    this.#security = security;
    this.made = made;
    made.push(this);
  }

  /** A factory whose endpoints all give these keys, and the list of what it made. */
  static factory(security: SrtpSecurity): { readonly make: DtlsFactory; readonly made: readonly MemoryDtls[] } {
    const made: MemoryDtls[] = [];
    return { make: options => new MemoryDtls(options, security, made), made };
  }

  datagram(bytes: Uint8Array): void {
    this.datagrams += 1;
    if (this.datagrams > 1 || bytes[0] !== HANDSHAKE) return;
    this.options.send(Uint8Array.of(HANDSHAKE, 0xfe, 0xfd));
    this.options.keyed(this.#security);
  }

  elapse(): void {
    // Nothing is ever lost.
  }

  close(): void {
    this.closed = true;
  }
}
