import { readFileSync } from 'node:fs';
import type { DoorTls, OtherDoor } from '@parley/admin';
import { messageOf, ParleyError } from '@parley/base';
import type { Config } from '../config/settings.ts';

type AdminConfig = Config['admin'];
type At = (path: string) => string;

/**
 * What the files named in `admin` hold; undefined when HTTPS is off.
 * @throws ParleyError CONFIG_INVALID when there is no certificate for it, or a file cannot be read.
 */
export function readDoorTls({ listen, certificate, key, clientAuthorities }: AdminConfig, at: At): DoorTls | undefined {
  if (!listen) return undefined;
  if (certificate === undefined || key === undefined)
    throw new ParleyError(
      'CONFIG_INVALID',
      'admin.listen needs a certificate: set admin.certificate and admin.key (docs/guides/api.md)',
    );
  return {
    certificate: contentOf('admin.certificate', at(certificate)),
    key: contentOf('admin.key', at(key)),
    ...(clientAuthorities === undefined
      ? {}
      : { clientAuthorities: contentOf('admin.clientAuthorities', at(clientAuthorities)) }),
  };
}

/**
 * The node that commands are passed on to; undefined when this one administers itself.
 * @throws ParleyError CONFIG_INVALID when both are configured, when there is no token, or a file cannot be read.
 */
export function readOtherDoor({ url, tokenFile, authorities, listen }: AdminConfig, at: At): OtherDoor | undefined {
  if (url === undefined) return undefined;
  if (listen) throw new ParleyError('CONFIG_INVALID', 'admin.url and admin.listen exclude one another: unset one');
  if (tokenFile === undefined) throw new ParleyError('CONFIG_INVALID', 'admin.url needs a token: set admin.tokenFile');
  const token = contentOf('admin.tokenFile', at(tokenFile)).trim();
  return {
    url,
    token,
    ...(authorities === undefined ? {} : { authorities: contentOf('admin.authorities', at(authorities)) }),
  };
}

function contentOf(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ParleyError('CONFIG_INVALID', `${key}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}
