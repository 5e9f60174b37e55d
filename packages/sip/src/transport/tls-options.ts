import { constants, X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext, type TlsOptions as ServerOptions } from 'node:tls';
import { messageOf, ParleyError } from '@parley/base';

/** How TLS and secure WebSocket are spoken, by us as server and as client. */
export interface TlsOptions {
  /** PEM: our certificate, then those between it and its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** When `key` is encrypted. */
  readonly passphrase?: string;
  /** PEM, each one certificate or several: who may vouch for peers. Only the machine's own store when left out. */
  readonly authorities?: readonly string[];
  /** Whether the machine's store of authorities counts too; true only when `authorities` is left out. */
  readonly systemAuthorities?: boolean;
  /**
   * Whether peers who connect to us show a certificate: 'none' (when left out) is not asked for; 'requested' may be left out, but
   * a bad one is refused (wss then asks for none: browsers would break off); 'required' is mutual TLS.
   */
  readonly clientCertificates?: 'none' | 'requested' | 'required';
  /** 'TLSv1.2' when left out; nothing older is spoken. */
  readonly oldestVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** Ciphers of TLS 1.2, as OpenSSL writes them; those of RFC 9325 section 4.2 when left out. */
  readonly ciphers?: string;
}

/** What the two directions need of it, checked. */
export interface TlsMaterial {
  readonly server: ServerOptions;
  readonly client: SecureContext;
  readonly clientCertificates: 'none' | 'requested' | 'required';
  readonly certificate: X509Certificate;
}

/** Forward secrecy and authenticated encryption only. The names of TLS 1.3 are OpenSSL's own choice. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Reads the options. Throws `ParleyError` SIP_TLS_INVALID when they cannot be used. */
export function tlsMaterial(options: TlsOptions): TlsMaterial {
  const context = {
    cert: options.certificate,
    key: options.key,
    passphrase: options.passphrase,
    ca: authoritiesOf(options),
    minVersion: options.oldestVersion ?? ('TLSv1.2' as const),
    ciphers: options.ciphers ?? CIPHERS,
    // No resumption: whoever comes again is asked for a certificate again, also after `renewTls` changed who is trusted.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
    honorCipherOrder: true,
  };
  const clientCertificates = options.clientCertificates ?? 'none';
  try {
    return {
      clientCertificates,
      certificate: new X509Certificate(options.certificate),
      client: createSecureContext(context),
      // Refusing is ours: Node would only close, and nobody would learn why.
      server: { ...context, requestCert: clientCertificates !== 'none', rejectUnauthorized: false },
    };
  } catch (thrown) {
    throw new ParleyError(
      'SIP_TLS_INVALID',
      `TLS for SIP cannot be used: ${messageOf(thrown)}. The certificate (with those between it and its authority), its key and the authorities must be PEM text, and the key must be that of the certificate.`,
      { cause: thrown },
    );
  }
}

function authoritiesOf({ authorities, systemAuthorities }: TlsOptions): string[] {
  const own = authorities ?? [];
  const counts = systemAuthorities ?? authorities === undefined;
  return counts ? [...own, ...getCACertificates('system')] : [...own];
}
