import { readFileSync } from 'node:fs';
import { messageOf, ParleyError } from '@parley/base';
import type { TlsOptions } from '@parley/sip';
import type { Config } from '../config/settings.ts';

type SipConfig = Config['sip'];

/**
 * What the files named in `sip.tls` hold; undefined when TLS is not used.
 * @param at makes a path absolute.
 * @throws ParleyError CONFIG_INVALID when a listen point needs a certificate and none is named, or a file cannot be read.
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
  const read = (name: string, path: string) => contentOf(`sip.tls.${name}`, at(path));
  return {
    certificate: read('certificate', certificate),
    key: read('key', key),
    clientCertificates,
    ...(authorities === undefined ? {} : { authorities: [read('authorities', authorities)] }),
  };
}

function contentOf(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ParleyError('CONFIG_INVALID', `${key}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
