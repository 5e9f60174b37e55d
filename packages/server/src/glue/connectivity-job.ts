import type { ConnectivityOutcome, TestKeys } from '@parley/admin';
import type { TlsOptions, TransportName } from '@parley/sip';

/** What the process that tests a way is to do; it answers with a `ConnectivityOutcome`. */
export interface ConnectivityJob {
  readonly transport: Extract<TransportName, 'udp' | 'tcp' | 'tls'>;
  /** Where to: a numeric address or a name. */
  readonly host: string;
  readonly port: number;
  /** SIP port to send from; 0: any. */
  readonly listenPort: number;
  /** Digits or a SIP address; nobody is called when not given. */
  readonly phone?: string;
  readonly from?: string;
  readonly mediaSecured: boolean;
  readonly tls?: TlsOptions;
  readonly keys?: TestKeys;
  readonly timeoutMillis: number;
}

export type ConnectivityResult = Omit<ConnectivityOutcome, 'address'>;
