import { X509Certificate } from 'node:crypto';
import { ParleyError } from '@parley/base';
import { identityOf, type TlsOptions } from '@parley/sip';
import type { Config } from '../config/settings.ts';
import { type PemFile, readAuthorities, readKeyPair } from './pem-files.ts';

type SipConfig = Config['sip'];

/**
 * What the files named in `sip.tls` hold; undefined when TLS is not used.
 * @param at makes a path absolute.
 * @throws ParleyError CONFIG_INVALID when a listen point needs a certificate and none is named, or a file is not what it should be.
 */
export function readTlsFiles({ listen, tls }: SipConfig, at: (path: string) => string): TlsOptions | undefined {
  const { certificate, key, authorities, clientCertificates } = tls;
  if (certificate === undefined && key === undefined) {
    const secure = listen.find(({ transport }) => transport === 'tls' || transport === 'wss');
    if (!secure) return undefined;
    throw new ParleyError(
      'CONFIG_INVALID',
      `sip.listen has ${secure.transport}:${secure.address}:${secure.port}, which needs a certificate: set sip.tls.certificate and sip.tls.key (docs/guides/tls.md)`,
    );
  }
  if (certificate === undefined || key === undefined)
    throw new ParleyError('CONFIG_INVALID', 'sip.tls.certificate and sip.tls.key belong together: set both');
  const file = (name: string, path: string): PemFile => ({ setting: `sip.tls.${name}`, path: at(path) });
  return {
    ...readKeyPair(file('certificate', certificate), file('key', key)),
    clientCertificates,
    ...(authorities === undefined ? {} : { authorities: [readAuthorities(file('authorities', authorities))] }),
  };
}

/** So long before its end it is said that a certificate has to be renewed, milliseconds. */
const SOON = 14 * 24 * 3600 * 1000;

/** When our certificate expires, milliseconds since 1970. */
export const expiryOf = ({ certificate }: Pick<TlsOptions, 'certificate'>): number =>
  new X509Certificate(certificate).validToDate.getTime();

/** What peers will not like about our certificate at this moment (milliseconds since 1970), or soon, a sentence each that says what to do. */
export function doubtsAbout({ certificate: pem }: Pick<TlsOptions, 'certificate'>, now: number): string[] {
  const certificate = new X509Certificate(pem);
  const { domains, addresses } = identityOf(certificate);
  const doubts: string[] = [];
  const left = certificate.validToDate.getTime() - now;
  if (left < 0)
    doubts.push(`it expired on ${certificate.validTo}: renew it, then SIGHUP; check the clock of this machine`);
  else if (left < SOON) doubts.push(`it expires on ${certificate.validTo}: renew it before that, then SIGHUP`);
  if (now < certificate.validFromDate.getTime())
    doubts.push(`it is valid from ${certificate.validFrom} on: check the clock of this machine`);
  if (domains.length + addresses.length === 0)
    doubts.push(
      'it proves no name: make one with subjectAltName URI:sip:NAME or DNS:NAME; wildcards count for nothing in SIP (docs/guides/tls.md)',
    );
  return doubts;
}
